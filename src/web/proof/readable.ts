import { toHex } from '../../base/bytes.ts';

/** Content for reading: text as it is when it is text (never re-serialised: the digits matter), hexadecimal otherwise. */
export function readable(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return toHex(bytes);
  }
}
