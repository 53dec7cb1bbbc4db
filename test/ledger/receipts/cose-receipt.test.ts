/** The COSE receipt against the RFCs themselves: bytes put together by hand, and Node's own Ed25519. */
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { coseReceiptInput, decodeCoseReceipt, encodeCoseReceipt } from '../../../src/ledger/receipts/cose-receipt.ts';
import { nodeSeed, seeded } from '../../support/receipts.ts';

const root = seeded('root');
const path = [seeded('a'), seeded('b')];

describe('the COSE receipt', () => {
  it('signs the Sig_structure of RFC 9052 §4.4 over the root', () => {
    // ["Signature1", h'a2013219018b01' = << {1: -19, 395: 1} >>, h'', root]
    expect(toHex(coseReceiptInput(root))).toBe(`846a5369676e61747572653147a2013219018b01405820${toHex(root)}`);
  });

  it('is the receipt of inclusion of RFC 9942', () => {
    const signature = ed25519Sign(nodeSeed, coseReceiptInput(root));
    const bytes = encodeCoseReceipt({ size: 20, index: 17, path, signature });
    const proof = `83141182${path.map((hash) => `5820${toHex(hash)}`).join('')}`;
    expect(toHex(bytes)).toBe(`d28447a2013219018b01a119018ca12081${`5848${proof}`}f65840${toHex(signature)}`);
    expect(unwrap(decodeCoseReceipt(bytes))).toEqual({ size: 20, index: 17, path, signature });
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(ed25519PublicKey(nodeSeed)).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, coseReceiptInput(root), key, signature)).toBe(true);
  });
});
