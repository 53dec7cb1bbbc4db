const ascii = /^[a-z0-9 ]*$/;

/**
 * The form in which strings are compared: without case, accents, punctuation and superfluous blanks (R4 search §3.1.1.4.8). Hyphens and
 * slashes part words, other punctuation goes: `O'Brien-Łódź` and `obrien łodz` are the same.
 */
export function normalise(text: string): string {
  const lower = text.toLowerCase();
  if (ascii.test(lower) && !lower.includes('  ')) return lower.trim();
  return lower
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[-/_\s]+/gu, ' ')
    .replace(/[\p{P}\p{S}]+/gu, '')
    .replace(/ +/g, ' ')
    .trim();
}

/** The first `length` characters, never half a surrogate pair. */
export function prefixOf(text: string, length: number): string {
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length);
}
