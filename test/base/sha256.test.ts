import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '../../src/base/bytes.ts';
import { sha256 as node } from '../../src/base/sha256.node.ts';
import { sha256 as web } from '../../src/base/sha256.web.ts';

describe('SHA-256', () => {
  it('has the values of FIPS 180-4', () => {
    for (const sha256 of [node, web]) {
      expect(toHex(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
      expect(toHex(sha256(utf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')))).toBe(
        '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
      );
      expect(toHex(sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
      expect(toHex(sha256(new Uint8Array(1_000_000).fill(0x61)))).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
    }
  });

  it('is the same in Node and in the browser, in one piece or in parts, at every length around the block size', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 151) & 0xff);
    for (let length = 0; length <= bytes.length; length++) {
      const whole = bytes.subarray(0, length);
      const cut = length % 7;
      const parts = [whole.subarray(0, cut), new Uint8Array(0), whole.subarray(cut)];
      const expected = toHex(node(whole));
      expect([toHex(web(whole)), toHex(node(...parts)), toHex(web(...parts)), toHex(web(concat(...parts)))]).toEqual([
        expected,
        expected,
        expected,
        expected,
      ]);
    }
  });

  it('gives plain byte arrays that own their memory', () => {
    for (const sha256 of [node, web]) {
      for (const hash of [sha256(utf8('a')), sha256(utf8('a'), utf8('b'))]) {
        expect(hash.constructor).toBe(Uint8Array);
        expect(hash.buffer.byteLength).toBe(32);
      }
    }
  });
});
