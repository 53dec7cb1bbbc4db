import { describe, expect, it } from 'vitest';
import { sha256 } from '#sha256';
import { equalBytes, toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { bitAt, EMPTY_STATE_ROOT, innerHashOf, leafHashOf, pathOf } from '../../src/ledger/state/hash.ts';
import { decodeTreeProof, encodeTreeProof, proveValue, verifyTreeProof } from '../../src/ledger/state/proof.ts';
import { getValue, stateRootOf, type StateRef } from '../../src/ledger/state/tree.ts';
import { idsIn } from '../../src/ledger/state/node.ts';
import { updateState } from '../../src/ledger/state/update.ts';

/** The definition, without any cleverness: the root over a set of leaves, one bit at a time. */
function naiveRoot(values: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const leaves = Array.from(values, ([key, value]) => ({ path: pathOf(utf8(key)), hash: leafHashOf(pathOf(utf8(key)), sha256(value)) }));
  const over = (part: typeof leaves, bit: number): Uint8Array => {
    if (part.length === 0) return EMPTY_STATE_ROOT;
    if (part.length === 1) return part[0]!.hash;
    return innerHashOf(
      over(
        part.filter(({ path }) => bitAt(path, bit) === 0),
        bit + 1,
      ),
      over(
        part.filter(({ path }) => bitAt(path, bit) === 1),
        bit + 1,
      ),
    );
  };
  return over(leaves, 0);
}

/** A repeatable stream of numbers. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function memory() {
  const nodes = new Map<string, Uint8Array>();
  return { nodes, get: (id: Uint8Array) => nodes.get(toHex(id)) };
}

describe('the state tree', () => {
  for (const seed of [1, 2, 3])
    it(`agrees with its definition at every version, with proofs of presence and absence (seed ${seed})`, () => {
      const next = numbers(seed);
      const store = memory();
      const versions: { root: StateRef; values: Map<string, Uint8Array> }[] = [];
      let root: StateRef;
      let values = new Map<string, Uint8Array>();
      for (let version = 0; version < 60; version++) {
        const writes = new Map<string, Uint8Array | undefined>();
        for (let i = next(12); i >= 0; i--) writes.set(`key ${next(80)}`, next(4) === 0 ? undefined : utf8(`value ${next(1_000)}`));
        const update = updateState(
          store,
          root,
          version,
          Array.from(writes, ([key, value]) => ({ key: utf8(key), value })),
        );
        for (const { id, bytes } of update.nodes) store.nodes.set(toHex(id), bytes);
        root = update.root;
        values = new Map(values);
        for (const [key, value] of writes)
          if (value) values.set(key, value);
          else values.delete(key);
        expect(toHex(stateRootOf(root)), `version ${version}`).toBe(toHex(naiveRoot(values)));
        versions.push({ root, values });
      }
      for (const [version, { root: at, values: expected }] of versions.entries())
        for (let i = 0; i < 90; i += 1 + next(6)) {
          const key = utf8(`key ${i}`);
          const value = expected.get(`key ${i}`);
          expect(getValue(store, at, key) ?? null, `version ${version}, key ${i}`).toEqual(value ?? null);
          const proven = proveValue(store, at, key);
          const proof = unwrap(decodeTreeProof(encodeTreeProof(proven.proof)));
          expect(verifyTreeProof(stateRootOf(at), key, value, proof)).toEqual({ ok: true, value: undefined });
          expect(verifyTreeProof(stateRootOf(at), key, value ? undefined : utf8('forged'), proof).ok).toBe(false);
          if (value) expect(verifyTreeProof(stateRootOf(at), key, utf8('forged'), proof).ok).toBe(false);
        }
    });

  it('serves every version after pruning all that it does not refer to', () => {
    const next = numbers(7);
    const store = memory();
    let root: StateRef;
    const values = new Map<string, Uint8Array>();
    for (let version = 0; version < 50; version++) {
      const key = `key ${next(40)}`;
      const value = next(3) === 0 ? undefined : utf8(`value ${version}`);
      const update = updateState(store, root, version, [{ key: utf8(key), value }]);
      for (const { id, bytes } of update.nodes) store.nodes.set(toHex(id), bytes);
      for (const id of idsIn(update.stale)) expect(store.nodes.delete(toHex(id))).toBe(true);
      root = update.root;
      if (value) values.set(key, value);
      else values.delete(key);
      for (const [name, expected] of values) expect(equalBytes(getValue(store, root, utf8(name))!, expected)).toBe(true);
    }
    // Nothing is left over either: what remains is reachable.
    let reachable = 0;
    for (const [id, bytes] of store.nodes) if (bytes[0] === 0 || id !== '') reachable++;
    expect(reachable).toBeLessThan(2 * values.size + 2);
  });

  it('makes the same root from one batch as from single writes in any order', () => {
    const keys = Array.from({ length: 300 }, (_, i) => ({ key: utf8(`k${i}`), value: utf8(`v${i}`) }));
    const batch = stateRootOf(updateState(memory(), undefined, 0, keys).root);
    const store = memory();
    let root: StateRef;
    for (const [version, write] of [...keys].reverse().entries()) {
      const update = updateState(store, root, version, [write]);
      for (const { id, bytes } of update.nodes) store.nodes.set(toHex(id), bytes);
      root = update.root;
    }
    expect(toHex(stateRootOf(root))).toBe(toHex(batch));
  });

  it('refuses every proof with a changed byte', () => {
    const store = memory();
    const update = updateState(
      store,
      undefined,
      0,
      Array.from({ length: 40 }, (_, i) => ({ key: utf8(`k${i}`), value: utf8(`v${i}`) })),
    );
    for (const { id, bytes } of update.nodes) store.nodes.set(toHex(id), bytes);
    for (const name of ['k7', 'absent']) {
      const { value, proof } = proveValue(store, update.root, utf8(name));
      const bytes = encodeTreeProof(proof);
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= 1 << (at % 8);
        const decoded = decodeTreeProof(changed);
        expect(decoded.ok && verifyTreeProof(stateRootOf(update.root), utf8(name), value, decoded.value).ok, `${name}, byte ${at}`).toBe(false);
      }
    }
  });

  it('refuses that a key is absent which is there, whichever leaf is said to stand in its place', () => {
    const store = memory();
    const keys = Array.from({ length: 40 }, (_, i) => utf8(`k${i}`));
    const { root, nodes } = updateState(
      store,
      undefined,
      0,
      keys.map((key) => ({ key, value: key })),
    );
    for (const { id, bytes } of nodes) store.nodes.set(toHex(id), bytes);
    const stateRoot = stateRootOf(root);
    for (const key of keys) {
      const { siblings } = proveValue(store, root, key).proof;
      // Its own leaf: the path leads to the root.
      expect(verifyTreeProof(stateRoot, key, undefined, { siblings, other: [pathOf(key), sha256(key)] }).ok).toBe(false);
      // Nothing, and every other leaf, under its own siblings and under that one's.
      expect(verifyTreeProof(stateRoot, key, undefined, { siblings, other: null }).ok).toBe(false);
      for (const neighbour of keys) {
        if (neighbour === key) continue;
        const other = [pathOf(neighbour), sha256(neighbour)] as const;
        for (const beside of [siblings, proveValue(store, root, neighbour).proof.siblings])
          expect(verifyTreeProof(stateRoot, key, undefined, { siblings: beside, other }).ok).toBe(false);
      }
    }
  });

  it('refuses a leaf in another’s place, even under a root that was made with it there', () => {
    const stranger = pathOf(utf8('k1'));
    const key = Array.from({ length: 50 }, (_, i) => utf8(`x${i}`)).find((each) => bitAt(pathOf(each), 0) !== bitAt(stranger, 0))!;
    const leaf = leafHashOf(stranger, sha256(utf8('v')));
    const lie = bitAt(pathOf(key), 0) === 1 ? innerHashOf(EMPTY_STATE_ROOT, leaf) : innerHashOf(leaf, EMPTY_STATE_ROOT);
    const proof = { siblings: [new Uint8Array(0)], other: [stranger, sha256(utf8('v'))] } as const;
    expect(verifyTreeProof(lie, key, undefined, proof)).toMatchObject({ ok: false, error: { code: 'ledger.bad-proof' } });
  });
});
