/** One pass over well-formed JSON text for what `JSON.parse` does not tell: how many properties, how deep, which numbers lose digits. */

export interface Scan {
  /** Properties written in the text, duplicates among them. */
  readonly names: number;
  readonly depth: number;
  /** Numbers whose JavaScript form is another text, by their position among all numbers of the text. */
  readonly inexact: ReadonlyMap<number, string>;
}

const quote = 0x22;
const backslash = 0x5c;

/** Index of the quote that ends the string which begins at `at`. */
function stringEnd(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (text.charCodeAt(end - 1) === backslash) {
    let first = end - 1;
    while (text.charCodeAt(first - 1) === backslash) first--;
    if ((end - first) % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end;
}

/** `text` is known to be well-formed. */
export function scan(text: string): Scan {
  let names = 0;
  let depth = 0;
  let deepest = 0;
  let numbers = 0;
  let inexact: Map<number, string> | undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20) continue;
    if (code === quote) i = stringEnd(text, i);
    else if (code === 0x3a) names++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = i;
      let plain = true;
      for (;;) {
        const next = text.charCodeAt(i + 1);
        if (next >= 0x30 && next <= 0x39) i++;
        else if (next === 0x2e || next === 0x65 || next === 0x45 || next === 0x2b || next === 0x2d) {
          plain = false;
          i++;
        } else break;
      }
      const length = i + 1 - start;
      if (!plain || length > 15 || code === 0x2d) {
        const token = text.slice(start, i + 1);
        if (String(Number(token)) !== token) (inexact ??= new Map()).set(numbers, token);
      }
      numbers++;
    }
  }
  return { names, depth: deepest, inexact: inexact ?? none };
}

const none: ReadonlyMap<number, string> = new Map();
