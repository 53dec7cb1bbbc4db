/**
 * Updates of the state tree. An update reads what it needs, and returns what has to be stored and what no later version refers to any more.
 *
 * Near the root, children stay in memory as objects. Below, an update works on one buffer for each depth, and leaves the id of what it made
 * in another: most of a large block's nodes are there, and nothing of them is left to collect.
 */
import { compareBytes, equalBytes } from '../../base/bytes.ts';
import { ByteRow } from '../../base/byte-row.ts';
import { finish, type Steps } from '../../base/steps.ts';
import { leafHashInto, nibbleAt, pathOf } from './hash.ts';
import { NewNodes } from './new-nodes.ts';
import { CHILDREN, ID_BYTES, VERSION_BYTES } from './node-format.ts';
import { decodeLeaf, isLeafOf, nodeRef, stampOf, type Children, type NodeRef } from './node.ts';
import { Slots } from './slots.ts';
import { childrenOfInner, KEPT_LEVELS, pathOfNeighbour, readNode, type NodeReader, type StateRef } from './tree.ts';

export interface StateWrite {
  readonly key: Uint8Array;
  /** Undefined removes the key. */
  readonly value: Uint8Array | undefined;
  /** `pathOf(key)`, where it is known already. */
  readonly path?: Uint8Array;
}

export interface StateUpdate {
  readonly root: StateRef;
  /** To be stored, each under its id. */
  readonly nodes: NewNodes;
  /** Ids that this version no longer refers to, one after another (`idsIn`); they serve older versions only. */
  readonly stale: Uint8Array;
}

/**
 * Applies writes (each key at most once) and makes them version `version`, which is greater than any version in the tree. Throws like
 * `readNode`.
 */
export function* updatingState(store: NodeReader, root: StateRef, version: number, writes: readonly StateWrite[]): Steps<StateUpdate> {
  const updating = new Updating(store, version, inOrder(writes));
  const next = writes.length === 0 ? root : yield* updating.near(root, 0, 0, writes.length);
  return { root: next, nodes: updating.nodes, stale: updating.stale.view() };
}

export const updateState = (...of: Parameters<typeof updatingState>): StateUpdate => finish(updatingState(...of));

type PathWrite = StateWrite & { readonly path: Uint8Array; readonly order: number };

/** What an update made of a place in the tree; the id of a new `leaf` or `inner` node there is `made`. */
type Outcome = 'as before' | 'empty' | 'leaf' | 'inner';

class Updating {
  readonly nodes: NewNodes;
  readonly stale: ByteRow;
  private readonly store: NodeReader;
  private readonly changes: readonly PathWrite[];
  /** Overwritten with every node that is made. */
  private readonly made = new Uint8Array(ID_BYTES);
  /** One for each depth: an update is at one node of each depth at a time. */
  private readonly slotsAt: Slots[] = [];
  private readonly packing = new Slots();

  constructor(store: NodeReader, version: number, changes: readonly PathWrite[]) {
    this.store = store;
    this.changes = changes;
    this.nodes = new NewNodes(stampOf(version, changes.length), changes.length);
    this.stale = new ByteRow(ID_BYTES * (8 + changes.length));
  }

  /** The changes [from, to) at a place near the root, of which there is at least one. */
  *near(ref: StateRef, depth: number, from: number, to: number): Steps<StateRef> {
    if (depth >= KEPT_LEVELS) return this.refOf(ref, this.below(ref, depth, from, to));
    const alone = to - from === 1 && (!ref || ref.leaf) ? this.leaf(ref, this.changes[from]!) : 'split';
    if (alone !== 'split') return this.refOf(ref, alone);
    const before = this.childrenAt(ref, depth, from);
    const after = before.slice();
    let changed = !ref || ref.leaf;
    for (let at = from; at < to;) {
      const nibble = nibbleAt(this.changes[at]!.path, depth);
      const end = this.endOfChild(nibble, depth, at, to);
      after[nibble] = yield* this.near(before[nibble], depth + 1, at, end);
      changed ||= after[nibble] !== before[nibble];
      at = end;
    }
    if (!changed) return ref;
    this.packing.clear();
    for (let index = 0; index < CHILDREN; index++) {
      const child = after[index];
      if (child) this.packing.set(index, child.id, child.leaf);
    }
    const settled = this.refOf(ref, this.settle(ref, this.packing));
    if (settled && !settled.leaf) settled.kept = after;
    yield;
    return settled;
  }

  /** The same further down. */
  private below(ref: StateRef, depth: number, from: number, to: number): Outcome {
    const alone = to - from === 1 && (!ref || ref.leaf) ? this.leaf(ref, this.changes[from]!) : 'split';
    if (alone !== 'split') return alone;
    const slots = (this.slotsAt[depth] ??= new Slots());
    slots.clear();
    if (ref?.leaf) slots.set(this.nibbleOfLeaf(ref, depth, from), ref.id, true);
    else if (ref) slots.load(readNode(this.store, ref));
    let changed = !ref || ref.leaf;
    for (let at = from; at < to;) {
      const nibble = nibbleAt(this.changes[at]!.path, depth);
      const end = this.endOfChild(nibble, depth, at, to);
      const before = slots.has(nibble) ? nodeRef(slots.id(nibble), slots.isLeaf(nibble)) : undefined;
      const outcome = this.below(before, depth + 1, at, end);
      if (outcome === 'empty') slots.remove(nibble);
      else if (outcome !== 'as before') slots.set(nibble, this.made, outcome === 'leaf');
      // Nothing where nothing was is no change.
      changed ||= outcome !== 'as before' && (outcome !== 'empty' || before !== undefined);
      at = end;
    }
    return changed ? this.settle(ref, slots) : 'as before';
  }

  private refOf(before: StateRef, outcome: Outcome): StateRef {
    if (outcome === 'as before') return before;
    return outcome === 'empty' ? undefined : nodeRef(this.made.slice(), outcome === 'leaf');
  }

  /** One change where there is at most a leaf: `split` when that leaf belongs to another key and has to share the place. */
  private leaf(ref: StateRef, { key, value, path }: PathWrite): Outcome | 'split' {
    if (ref) {
      const bytes = readNode(this.store, ref, 'for its key');
      if (!isLeafOf(bytes, key)) return value ? 'split' : 'as before';
      if (value && equalBytes(decodeLeaf(bytes).value, value)) return 'as before';
      this.stale.append(ref.id);
    }
    if (!value) return ref ? 'empty' : 'as before';
    leafHashInto(this.made, VERSION_BYTES, path, value);
    this.stampMade();
    this.nodes.addLeaf(this.made, { key, value });
    return 'leaf';
  }

  /** What sixteen children become: nothing, a lone leaf moved up, or a new node. */
  private settle(ref: StateRef, slots: Slots): Outcome {
    if (ref && !ref.leaf) this.stale.append(ref.id);
    if (slots.present === 0) return 'empty';
    const lone = slots.loneLeaf();
    if (lone !== undefined) {
      slots.copyId(lone, this.made);
      return 'leaf';
    }
    slots.hashInto(this.made, VERSION_BYTES);
    this.stampMade();
    this.nodes.addInner(this.made, slots);
    return 'inner';
  }

  private stampMade(): void {
    const { stamp } = this.nodes;
    for (let i = 0; i < VERSION_BYTES; i++) this.made[i] = stamp[i]!;
  }

  /** End of the changes from `from` on that go to the same child. */
  private endOfChild(nibble: number, depth: number, from: number, to: number): number {
    let end = from + 1;
    while (end < to && nibbleAt(this.changes[end]!.path, depth) === nibble) end++;
    return end;
  }

  private childrenAt(ref: StateRef, depth: number, from: number): Children {
    if (ref && !ref.leaf) return childrenOfInner(this.store, ref, depth);
    const children = new Array<NodeRef | undefined>(CHILDREN).fill(undefined);
    if (ref) children[this.nibbleOfLeaf(ref, depth, from)] = ref;
    return children;
  }

  /** Where a leaf goes that shares its place with changes from now on. */
  private nibbleOfLeaf(ref: NodeRef, depth: number, from: number): number {
    const bytes = readNode(this.store, ref, 'for its key');
    return nibbleAt(pathOfNeighbour(bytes, this.changes[from]!.path, depth), depth);
  }
}

/** By path. The first 48 bits decide nearly always, and compare as one number. */
function inOrder(writes: readonly StateWrite[]): readonly PathWrite[] {
  return writes
    .map(({ key, value, path = pathOf(key) }): PathWrite => {
      let order = 0;
      for (let i = 0; i < 6; i++) order = order * 256 + path[i]!;
      return { key, value, path, order };
    })
    .sort((a, b) => a.order - b.order || compareBytes(a.path, b.path));
}
