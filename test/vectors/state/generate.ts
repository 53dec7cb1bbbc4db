/** Writes the state tree's vectors: `node test/vectors/state/generate.ts`. They are frozen: a change of theirs is a change of the protocol. */
import { writeFileSync } from 'node:fs';
import { sha256 } from '#sha256';
import { toHex, utf8 } from '../../../src/base/bytes.ts';
import { encodeTreeProof, proveValue, type TreeProof } from '../../../src/ledger/state/proof.ts';
import { stateRootOf } from '../../../src/ledger/state/tree.ts';
import { updateState } from '../../../src/ledger/state/update.ts';

export interface StateVector {
  readonly name: string;
  readonly stateRoot: string;
  /** UTF-8 of the key. */
  readonly key: string;
  /** Hex; null: the proof claims that the key has no value. */
  readonly value: string | null;
  readonly proof: string;
  readonly holds: boolean;
}

export interface RootVector {
  /** Keys (UTF-8) and values (hex). */
  readonly values: Readonly<Record<string, string>>;
  readonly stateRoot: string;
}

function treeOf(count: number) {
  const writes = Array.from({ length: count }, (_, i) => ({ key: utf8(`key ${i}`), value: utf8(`value ${i}`) }));
  const nodes = new Map<string, Uint8Array>();
  const update = updateState({ get: () => undefined }, undefined, 0, writes);
  for (const { id, bytes } of update.nodes) nodes.set(toHex(id), bytes);
  return { store: { get: (id: Uint8Array) => nodes.get(toHex(id)) }, root: update.root, writes };
}

export function rootVectors(): readonly RootVector[] {
  return [0, 1, 2, 3, 5, 16, 17, 40].map((count) => {
    const { root, writes } = treeOf(count);
    return { values: Object.fromEntries(writes.map(({ key, value }) => [new TextDecoder().decode(key), toHex(value)])), stateRoot: toHex(stateRootOf(root)) };
  });
}

export function proofVectors(): readonly StateVector[] {
  const vectors: StateVector[] = [];
  for (const count of [0, 1, 2, 40]) {
    const { store, root } = treeOf(count);
    const stateRoot = toHex(stateRootOf(root));
    for (const key of ['key 0', 'key 1', 'key 17', 'absent a', 'absent b', 'absent c']) {
      const { value, proof } = proveValue(store, root, utf8(key));
      const claimed = value ? toHex(value) : null;
      const add = (name: string, holds: boolean, changes: Partial<StateVector> = {}, changed: TreeProof = proof): void =>
        void vectors.push({ name: `${name}: ${key} of ${count}`, stateRoot, key, value: claimed, proof: toHex(encodeTreeProof(changed)), holds, ...changes });
      add(value ? 'present' : proof.other ? 'absent, another leaf in its place' : 'absent, empty place', true);
      add('another value', false, { value: toHex(utf8('forged')) });
      add('another root', false, { stateRoot: toHex(sha256(utf8('another root'))) });
      if (value) add('present claimed absent', false, { value: null });
      if (proof.siblings.length > 0) {
        add('a sibling left out', false, {}, { ...proof, siblings: proof.siblings.slice(1) });
        add('a sibling too many', false, {}, { ...proof, siblings: [...proof.siblings, proof.siblings[0]!] });
      }
      if (proof.other) add('the key itself as the other', false, {}, { ...proof, other: [sha256(utf8(key)), proof.other[1]] });
    }
  }
  return vectors;
}

if (import.meta.main) {
  const write = (name: string, vectors: unknown): void => writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(vectors, null, 1)}\n`);
  write('roots.json', rootVectors());
  write('proofs.json', proofVectors());
}
