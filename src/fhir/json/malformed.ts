/** Where text stops being JSON (RFC 8259): only looked for when it is known that it does. */

// oxlint-disable-next-line no-control-regex -- JSON strings must not hold them
const token =
  // oxlint-disable-next-line no-control-regex -- JSON forbids exactly these in strings
  /[\s]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)))/y;

type Expect = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or end';

/** Position of the first character that cannot be there; the length of the text when it ends too early. */
export function malformedAt(text: string): number {
  const open: string[] = [];
  let expect: Expect = 'value';
  let at = 0;
  const blanks = (from: number): number => {
    let end = from;
    while (end < text.length && /\s/.test(text[end]!)) end++;
    return end;
  };
  for (;;) {
    if (expect === ', or end' && open.length === 0) return blanks(at);
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return blanks(at);
    const [, symbol, string] = match;
    const start = token.lastIndex - (symbol ?? string ?? match[3]!).length;
    const wantsValue = expect === 'value' || expect === 'value or ]';
    if (symbol === '{' || symbol === '[') {
      if (!wantsValue) return start;
      open.push(symbol);
      expect = symbol === '{' ? 'name or }' : 'value or ]';
    } else if (symbol === '}' || symbol === ']') {
      const opening = symbol === '}' ? '{' : '[';
      if (open.at(-1) !== opening || (expect !== ', or end' && expect !== (symbol === '}' ? 'name or }' : 'value or ]'))) return start;
      open.pop();
      expect = ', or end';
    } else if (symbol === ',') {
      if (expect !== ', or end') return start;
      expect = open.at(-1) === '{' ? 'name' : 'value';
    } else if (symbol === ':') {
      if (expect !== ':') return start;
      expect = 'value';
    } else if (string !== undefined && (expect === 'name' || expect === 'name or }')) expect = ':';
    else if (wantsValue) expect = ', or end';
    else return start;
    at = token.lastIndex;
  }
}
