/**
 * Proofs about one key at one version: that it has a value, or that it has none.
 *
 *   proof = CBOR { v, siblings: [bstr], other: null | [path, value hash] }
 *
 * `siblings` go from the root down, an empty one as an empty byte string. The path ends at the key's own leaf (it has a value), at an
 * empty subtree, or at another key's leaf that stands alone where the key would be (`other`): both say that it has none.
 */
import { sha256 } from '#sha256';
import { equalBytes } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { bitAt, EMPTY_STATE_ROOT, innerHashOf, leafHashOf, nibbleAt, pathOf } from './hash.ts';
import { decodeInner, decodeLeaf, levelsOf, type NodeRef } from './node.ts';
import { readNode, type NodeReader, type StateRef } from './tree.ts';

export interface TreeProof {
  readonly siblings: readonly Uint8Array[];
  readonly other: readonly [path: Uint8Array, valueHash: Uint8Array] | null;
}

const NONE = new Uint8Array(0);

/** The value and its proof. Throws like `readNode` when the version's nodes are not kept any more. */
export function proveValue(
  store: NodeReader,
  root: StateRef,
  key: Uint8Array,
): { readonly value: Uint8Array | undefined; readonly proof: TreeProof } {
  const path = pathOf(key);
  const siblings: Uint8Array[] = [];
  let ref: NodeRef | undefined = root;
  for (let depth = 0; ref && !ref.leaf; depth++) ref = descend(ref, depth);
  if (!ref) return { value: undefined, proof: { siblings, other: null } };
  const leaf = decodeLeaf(readNode(store, ref));
  if (equalBytes(leaf.key, key)) return { value: leaf.value, proof: { siblings, other: null } };
  return { value: undefined, proof: { siblings, other: [pathOf(leaf.key), sha256(leaf.value)] } };

  /** Walks the four binary levels of a node; stops early at a lone leaf or an empty subtree. */
  function descend(inner: NodeRef, depth: number): NodeRef | undefined {
    const children = decodeInner(readNode(store, inner));
    const levels = levelsOf(children);
    const nibble = nibbleAt(path, depth);
    for (let level = 0; level < 4; level++) {
      const subtree = levels[level]![nibble >> (4 - level)];
      if (!subtree) return undefined;
      if (subtree.leaf) return children.find((child, index) => child && index >> (4 - level) === nibble >> (4 - level));
      siblings.push(levels[level + 1]![(nibble >> (3 - level)) ^ 1]?.hash ?? NONE);
    }
    return children[nibble];
  }
}

export const encodeTreeProof = ({ siblings, other }: TreeProof): Uint8Array => encodeCbor({ v: 1, siblings, other });

export function decodeTreeProof(bytes: Uint8Array): Result<TreeProof> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return bad(decoded.error.message);
  const proof = (decoded.value ?? {}) as { v?: unknown; siblings?: unknown; other?: unknown };
  const isHash = (value: unknown): boolean => value instanceof Uint8Array && value.length === 32;
  const siblingsFit =
    Array.isArray(proof.siblings) &&
    proof.siblings.length <= 256 &&
    proof.siblings.every((s) => isHash(s) || (s instanceof Uint8Array && s.length === 0));
  const otherFits = proof.other === null || (Array.isArray(proof.other) && proof.other.length === 2 && proof.other.every(isHash));
  if (proof.v !== 1 || !siblingsFit || !otherFits || Object.keys(proof).length !== 3) return bad('the fields are not those of a proof');
  return ok({ siblings: proof.siblings, other: proof.other } as TreeProof);
}

/** Whether `key` has `value` (undefined: has none) in the state with this root. `ledger.bad-proof` with the reason. Never throws. */
export function verifyTreeProof(stateRoot: Uint8Array, key: Uint8Array, value: Uint8Array | undefined, { siblings, other }: TreeProof): Result<void> {
  const path = pathOf(key);
  if (siblings.length > 256) return bad('the path is too long');
  if (!siblings.every(({ length }) => length === 32 || length === 0) || !(other?.every(({ length }) => length === 32) ?? true))
    return bad('a hash has not 32 bytes');
  let hash = EMPTY_STATE_ROOT;
  if (value !== undefined) {
    if (other) return bad('a proof of presence names another key');
    hash = leafHashOf(path, sha256(value));
  } else if (other) {
    if (equalBytes(other[0], path)) return bad('the key that it says stands there instead is the key itself');
    for (let i = 0; i < siblings.length; i++)
      if (bitAt(other[0], i) !== bitAt(path, i)) return bad('the other key does not stand where this key would');
    hash = leafHashOf(other[0], other[1]);
  }
  for (let i = siblings.length - 1; i >= 0; i--) {
    const sibling = siblings[i]!.length === 0 ? EMPTY_STATE_ROOT : siblings[i]!;
    hash = bitAt(path, i) === 1 ? innerHashOf(sibling, hash) : innerHashOf(hash, sibling);
  }
  return equalBytes(hash, stateRoot) ? ok(undefined) : bad('the path does not lead to the state root');
}

const bad = (why: string) => fail(codedError(ledgerErrors, 'ledger.bad-proof', { message: `The state proof does not hold: ${why}.` }));
