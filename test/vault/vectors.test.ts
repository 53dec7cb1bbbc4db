import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { aeadOpen, aeadSeal } from '../../src/vault/aead.ts';
import { hpkeKeyPair, hpkeOpen } from '../../src/vault/hpke.ts';
import { deriveKey } from '../../src/vault/root-key.ts';
import { corpus } from '../support/corpora.ts';

interface Wycheproof<T> {
  readonly testGroups: readonly {
    readonly ivSize?: number;
    readonly keySize: number;
    readonly tagSize?: number;
    readonly tests: readonly (T & { readonly tcId: number; readonly result: string })[];
  }[];
}

const load = <T>(file: URL): Wycheproof<T> => JSON.parse(readFileSync(file, 'utf8')) as Wycheproof<T>;

const gcm = corpus('crypto/wycheproof/aes_gcm_test.json');
describe.skipIf(!gcm)('AES-256-GCM (Wycheproof)', () => {
  test('valid vectors seal and open, invalid ones do not open', () => {
    let valid = 0;
    let invalid = 0;
    for (const group of load<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>>(gcm!).testGroups) {
      // Our nonces are 96 bits, our tags 128, our keys 256: other sizes are not used.
      if (group.ivSize !== 96 || group.tagSize !== 128 || group.keySize !== 256) continue;
      for (const { key, iv, aad, msg, ct, tag, result } of group.tests) {
        const sealed = fromHex(ct + tag);
        const opened = aeadOpen(fromHex(key), fromHex(iv), fromHex(aad), sealed);
        if (result === 'valid') {
          valid++;
          expect(opened && toHex(opened)).toBe(msg);
          expect(toHex(aeadSeal(fromHex(key), fromHex(iv), fromHex(aad), fromHex(msg)))).toBe(ct + tag);
        } else {
          invalid++;
          expect(opened).toBeUndefined();
        }
      }
    }
    expect([valid > 30, invalid > 15]).toEqual([true, true]);
  });
});

const hkdf = corpus('crypto/wycheproof/hkdf_sha256_test.json');
describe.skipIf(!hkdf)('HKDF-SHA256 (Wycheproof)', () => {
  test('vectors without salt derive', () => {
    let checked = 0;
    for (const group of load<{ ikm: string; salt: string; info: string; size: number; okm: string }>(hkdf!).testGroups) {
      for (const { ikm, salt, info, size, okm, result } of group.tests) {
        // Our salt is empty, our info a text; other vectors test what is not used here.
        if (salt !== '' || result !== 'valid') continue;
        const text = Buffer.from(fromHex(info)).toString('utf8');
        if (toHex(new TextEncoder().encode(text)) !== info) continue;
        checked++;
        expect(toHex(deriveKey(fromHex(ikm), text, size))).toBe(okm);
      }
    }
    expect(checked).toBeGreaterThan(5);
  });
});

const hmac = corpus('crypto/wycheproof/hmac_sha256_test.json');
describe.skipIf(!hmac)('HMAC-SHA256 (Wycheproof)', () => {
  test('tags agree when valid, and only then', () => {
    let checked = 0;
    for (const group of load<{ key: string; msg: string; tag: string }>(hmac!).testGroups) {
      for (const { key, msg, tag, result } of group.tests) {
        checked++;
        const computed = createHmac('sha256', fromHex(key))
          .update(fromHex(msg))
          .digest('hex')
          .slice(0, (group.tagSize ?? 256) / 4);
        expect(computed === tag).toBe(result === 'valid');
      }
    }
    expect(checked).toBeGreaterThan(100);
  });
});

interface HpkeVector {
  readonly mode: number;
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly ikmR: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly encryptions: readonly {
    readonly aad: string;
    readonly ct?: string;
    readonly ciphertext?: string;
    readonly pt?: string;
    readonly plaintext?: string;
  }[];
}

const hpke = corpus('crypto/hpke-rfc9180-vectors.json.gz');
describe.skipIf(!hpke)('HPKE base mode, X25519, HKDF-SHA256, AES-256-GCM (RFC 9180)', () => {
  test('the recipient of the vectors derives its key and opens the first message', async () => {
    const vectors = JSON.parse(gunzipSync(readFileSync(hpke!)).toString('utf8')) as HpkeVector[];
    const ours = vectors.filter((vector) => vector.mode === 0 && vector.kem_id === 0x20 && vector.kdf_id === 1 && vector.aead_id === 2);
    expect(ours.length).toBeGreaterThan(0);
    for (const vector of ours) {
      const pair = await hpkeKeyPair(fromHex(vector.ikmR));
      expect(toHex(pair.publicKey)).toBe(vector.pkRm);
      const [first] = vector.encryptions;
      const message = { enc: fromHex(vector.enc), ciphertext: fromHex(first!.ct ?? first!.ciphertext!) };
      const opened = await hpkeOpen(pair, fromHex(vector.info), fromHex(first!.aad), message);
      expect(opened.ok && toHex(opened.value)).toBe(first!.pt ?? first!.plaintext);
      expect(await hpkeOpen(pair, fromHex('00'), fromHex(first!.aad), message)).toMatchObject({ ok: false, error: { code: 'vault.hpke' } });
    }
  });
});
