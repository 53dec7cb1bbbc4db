import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { BlindIndex } from '../../src/vault/blind.ts';
import { hpkeOpen, hpkeSeal } from '../../src/vault/hpke.ts';
import { KeyRing, type KeyRow, type KeyStore } from '../../src/vault/key-ring.ts';
import { organisationKeys } from '../../src/vault/organisation-keys.ts';
import { openRootKeyFile, rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { createSealer, freshBlinder } from '../../src/vault/seal.ts';
import { openSortKeys, sealSortKey } from '../../src/vault/sort-key.ts';

const keysOf = (label: string, organisation = 'city-hospital') =>
  organisationKeys(rootKeyFromBytes(utf8(label.padEnd(32, '.')).slice(0, 32)), organisation);
const contentKey = { id: 5, key: new Uint8Array(32).fill(3) };
const subject = { kind: 1, name: new Uint8Array(20).fill(9) };

describe('the root key file', () => {
  test('is made once, readable by its owner only, and refused when others may read it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clv-'));
    const path = join(folder, 'keys', 'city-hospital', 'root.key');
    const first = unwrap(await openRootKeyFile(path));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path)).length).toBe(32);
    const again = unwrap(await openRootKeyFile(path));
    expect(toHex(await again.derive('x'))).toBe(toHex(await first.derive('x')));
    expect(toHex(await again.derive('y'))).not.toBe(toHex(await first.derive('x')));
    await chmod(path, 0o644);
    expect(await openRootKeyFile(path)).toMatchObject({ ok: false, error: { code: 'vault.no-root-key' } });
    await chmod(path, 0o600);
    await writeFile(path, 'short');
    expect(await openRootKeyFile(path)).toMatchObject({ ok: false, error: { code: 'vault.no-root-key' } });
    await rm(folder, { recursive: true });
  });
});

describe('derived keys', () => {
  test('differ by purpose, organisation and root, and come out the same again', async () => {
    const [a, again, other, elsewhere] = await Promise.all([keysOf('a'), keysOf('a'), keysOf('b'), keysOf('a', 'st-marys')]);
    const all = (keys: typeof a) =>
      [
        keys.ledgerSeed,
        keys.hpke.publicKey,
        keys.tokenSeed,
        keys.tlsSeed,
        keys.contentKek,
        keys.logKek,
        keys.keyTagKey,
        keys.batchKey,
        keys.sortKey,
        keys.dictionaryKey,
        keys.cursorKey,
        keys.derive('x'),
        keys.derive('x', 'y'),
      ].map(toHex);
    expect(all(again)).toEqual(all(a));
    expect(new Set([...all(a), ...all(other), ...all(elsewhere)]).size).toBe(3 * all(a).length);
    expect(a.indexKey('own')).not.toBe(a.indexKey('st-marys'));
  });
});

describe('sealing', () => {
  test('opens what was sealed, under the same key and as the same thing', () => {
    const sealer = createSealer('city-hospital');
    const blinder = freshBlinder();
    const sealed = sealer.seal(subject, contentKey, blinder, utf8('content'));
    const opened = sealer.open(subject, contentKey, sealed);
    expect(Buffer.from(opened!.plaintext).toString()).toBe('content');
    expect(toHex(opened!.blinder)).toBe(toHex(blinder));
    expect(sealer.open({ ...subject, kind: 2 }, contentKey, sealed)).toBeUndefined();
    expect(sealer.open({ ...subject, name: new Uint8Array(20).fill(8) }, contentKey, sealed)).toBeUndefined();
    expect(sealer.open(subject, { ...contentKey, id: 6 }, sealed)).toBeUndefined();
    expect(createSealer('st-marys').open(subject, contentKey, sealed)).toBeUndefined();
    expect(toHex(sealer.seal(subject, contentKey, blinder, utf8('content')).sealed)).not.toBe(toHex(sealed.sealed));
  });

  test('every changed bit is noticed', () => {
    const sealer = createSealer('city-hospital');
    const sealed = sealer.seal(subject, contentKey, freshBlinder(), utf8('content'));
    for (const part of ['sealed', 'wrapped'] as const) {
      for (let bit = 0; bit < sealed[part].length * 8; bit++) {
        const changed = Uint8Array.from(sealed[part]);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(sealer.open(subject, contentKey, { ...sealed, [part]: changed })).toBeUndefined();
      }
      expect(sealer.open(subject, contentKey, { ...sealed, [part]: sealed[part].subarray(0, 10) })).toBeUndefined();
    }
  });

  test('what was not sealed does not open where sealing is on', () => {
    const open = createSealer('city-hospital', 'off').seal(subject, contentKey, freshBlinder(), utf8('content'));
    expect(Buffer.from(open.sealed).toString()).toContain('content');
    expect(createSealer('city-hospital').open(subject, contentKey, open)).toBeUndefined();
  });
});

describe('the key ring', () => {
  const memory = (): KeyStore & { rows: KeyRow[] } => {
    const rows: KeyRow[] = [];
    return {
      rows,
      byTag: (tag) => Promise.resolve(rows.find((row) => toHex(row.tag) === toHex(tag))),
      byId: (id) => Promise.resolve(rows.find((row) => row.id === id)),
      insert({ tag, purpose, wrap }) {
        const row = { id: rows.length + 1, tag, purpose, wrapped: wrap(rows.length + 1), destroyed: undefined };
        rows.push(row);
        return Promise.resolve(row);
      },
    };
  };

  test('one key per patient and purpose, however many ask at once', async () => {
    const store = memory();
    const ring = new KeyRing(await keysOf('a'), store);
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ring.forSealing(index % 2 === 0 ? 'content' : 'log', ['p1', 'p2', undefined][index % 3])),
    );
    expect(asked.every(({ ok }) => ok)).toBe(true);
    expect(store.rows.length).toBe(6);
    const [row] = store.rows;
    expect(toHex(unwrap(await ring.byId(row!.id)).key)).toBe(toHex(unwrap(await new KeyRing(await keysOf('a'), store).byId(row!.id)).key));
  });

  test('another root, a changed row or a destroyed key opens nothing', async () => {
    const store = memory();
    const ring = new KeyRing(await keysOf('a'), store);
    unwrap(await ring.forSealing('content', 'p1'));
    const [row] = store.rows as [KeyRow];
    expect(new KeyRing(await keysOf('b'), store).unwrap(row)).toMatchObject({ ok: false, error: { code: 'vault.key-missing' } });
    for (const changed of [{ id: 2 }, { purpose: 2 }, { purpose: 257 }, { tag: new Uint8Array(16) }])
      expect(ring.unwrap({ ...row, ...changed }).ok).toBe(false);
    expect(ring.unwrap({ ...row, destroyed: 1 })).toMatchObject({ ok: false, error: { code: 'vault.key-destroyed' } });
    expect(await ring.byId(99)).toMatchObject({ ok: false, error: { code: 'vault.key-missing' } });
  });
});

describe('HPKE', () => {
  test('a message opens for its recipient in its context only', async () => {
    const [a, b] = await Promise.all([keysOf('a'), keysOf('b')]);
    const message = unwrap(await hpkeSeal(a.hpke.publicKey, utf8('grant 1'), utf8('aad'), utf8('secret')));
    expect(Buffer.from(unwrap(await hpkeOpen(a.hpke, utf8('grant 1'), utf8('aad'), message))).toString()).toBe('secret');
    for (const refused of [
      hpkeOpen(b.hpke, utf8('grant 1'), utf8('aad'), message),
      hpkeOpen(a.hpke, utf8('grant 2'), utf8('aad'), message),
      hpkeOpen(a.hpke, utf8('grant 1'), utf8(''), message),
    ]) {
      expect(await refused).toMatchObject({ ok: false, error: { code: 'vault.hpke' } });
    }
    expect((await hpkeSeal(new Uint8Array(31), utf8(''), utf8(''), utf8(''))).ok).toBe(false);
  });
});

describe('blind words', () => {
  test('depend on key and meaning, and are the same again after being forgotten', () => {
    const index = new BlindIndex('00'.repeat(32));
    const other = new BlindIndex('01'.repeat(32));
    const word = toHex(index.token('a'));
    const words = [
      index.token('a'),
      index.compartment('a'),
      index.label('a'),
      index.param('a'),
      index.record('', 'a').subarray(0, 8),
      other.token('a'),
    ].map(toHex);
    expect(new Set(words).size).toBe(words.length);
    for (let term = 0; term < 50_000; term++) index.token(`filler ${term}`);
    expect(toHex(index.token('a'))).toBe(word);
    expect(toHex(index.target('Patient/1'))).toBe(toHex(index.record('Patient', '1').subarray(0, 8)));
  });
});

describe('sort keys', () => {
  test('keep dates to the millisecond, before 1970 too, and do not show equal dates', () => {
    const key = new Uint8Array(32).fill(1);
    const dates = [0, -1, 1_750_000_000_123, -62_135_596_800_000, 2 ** 46];
    const sealed = dates.map((date, index) => sealSortKey(key, date, new Uint8Array(16).fill(index), 1));
    expect([...openSortKeys(key, Buffer.concat(sealed))]).toEqual(dates);
    expect(toHex(sealSortKey(key, 5, new Uint8Array(16).fill(1), 1))).not.toBe(toHex(sealSortKey(key, 5, new Uint8Array(16).fill(2), 1)));
  });
});
