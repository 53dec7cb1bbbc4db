export interface Preferences {
  readonly return: 'representation' | 'minimal' | 'OperationOutcome';
  readonly lenient: boolean;
}

/** The `Prefer` header (R4 http §3.1.0.1.12, RFC 7240); unknown preferences are ignored, as that RFC says. */
export function parsePrefer(header: string | undefined, fallback: Preferences['return']): Preferences {
  let form = fallback;
  let lenient = false;
  for (const part of (header ?? '').split(/[,;]/)) {
    const [name, value] = part.trim().split(/\s*=\s*/, 2) as [string, string | undefined];
    const text = value?.replaceAll('"', '');
    if (name === 'return' && (text === 'representation' || text === 'minimal' || text === 'OperationOutcome')) form = text;
    if (name === 'handling') lenient = text === 'lenient';
  }
  return { return: form, lenient };
}
