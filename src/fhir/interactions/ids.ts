import { randomBytes } from 'node:crypto';
import { toHex } from '../../base/bytes.ts';

/** UUID version 7 (RFC 9562 §5.7): time first, so that new rows lie together; 74 random bits. `now`: milliseconds since 1970. */
export function uuid7(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
