/** Tokens of FHIRPath (FHIRPath 2.0 §6.1). */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'date' | 'variable' | 'special' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const pattern =
  /(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|([A-Za-z_][A-Za-z0-9_]*)|`((?:[^`\\]|\\.)*)`|'((?:[^'\\]|\\[\s\S])*)'|(\d+(?:\.\d+)?)|@([0-9T:.+Z-]+)|%(?:([A-Za-z_][A-Za-z0-9_-]*)|`([^`]*)`)|(\$this|\$index|\$total)|(<=|>=|!=|!~|[-+*/&|.,()[\]{}<>=~])/y;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

const unescape = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, hex: string | undefined, one: string) =>
        hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[one] ?? one),
      )
    : text;

/** Throws a `SyntaxError` that names the position. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new SyntaxError(`FHIRPath: unexpected character at ${at} of \`${text}\``);
    if (match[1] !== undefined) continue;
    if (match[2] !== undefined) tokens.push({ kind: 'name', text: match[2], at });
    else if (match[3] !== undefined) tokens.push({ kind: 'name', text: unescape(match[3]), at });
    else if (match[4] !== undefined) tokens.push({ kind: 'string', text: unescape(match[4]), at });
    else if (match[5] !== undefined) tokens.push({ kind: 'number', text: match[5], at });
    else if (match[6] !== undefined) tokens.push({ kind: 'date', text: match[6], at });
    else if (match[7] !== undefined || match[8] !== undefined) tokens.push({ kind: 'variable', text: (match[7] ?? match[8])!, at });
    else if (match[9] !== undefined) tokens.push({ kind: 'special', text: match[9], at });
    else tokens.push({ kind: 'symbol', text: match[10]!, at });
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}
