/** What is sealed to an organisation's HPKE key, on its way: deterministic CBOR `{enc, ciphertext}`. */
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { hasExactly, isBytes } from '../../base/shape.ts';
import type { HpkeMessage } from '../../vault/hpke.ts';

export const encodeSealed = ({ enc, ciphertext }: HpkeMessage): Uint8Array => encodeCbor({ enc, ciphertext });

export function decodeSealed(bytes: Uint8Array): HpkeMessage | undefined {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok || !hasExactly(decoded.value, ['enc', 'ciphertext'])) return undefined;
  const { enc, ciphertext } = decoded.value;
  return isBytes(enc, 32) && ciphertext instanceof Uint8Array ? { enc, ciphertext } : undefined;
}
