/**
 * An inner node taken apart for an update without an object for each child: the ids of its sixteen children at fixed places of a buffer
 * that is used again and again. A large block changes tens of thousands of nodes; what costs there is what has to be collected.
 */
import { EMPTY_STATE_ROOT, innerHashInto } from './hash.ts';
import { CHILDREN, ID_BYTES, INNER_HEAD, VERSION_BYTES } from './node-format.ts';

export class Slots {
  /** Bits: children that there are, and those of them that are leaves. */
  present = 0;
  leaves = 0;
  private readonly ids = new Uint8Array(CHILDREN * ID_BYTES);
  /** Hashes of one binary level, one after another. */
  private readonly level = new Uint8Array(CHILDREN * 32);

  clear(): void {
    this.present = 0;
    this.leaves = 0;
  }

  /** The children of an encoded inner node. */
  load(bytes: Uint8Array): void {
    this.present = (bytes[1]! << 8) | bytes[2]!;
    this.leaves = (bytes[3]! << 8) | bytes[4]!;
    let from = INNER_HEAD;
    for (let index = 0; index < CHILDREN; index++) {
      if ((this.present & (1 << index)) === 0) continue;
      for (let at = index * ID_BYTES, end = at + ID_BYTES; at < end;) this.ids[at++] = bytes[from++]!;
    }
  }

  has(index: number): boolean {
    return (this.present & (1 << index)) !== 0;
  }

  isLeaf(index: number): boolean {
    return (this.leaves & (1 << index)) !== 0;
  }

  id(index: number): Uint8Array {
    const id = new Uint8Array(ID_BYTES);
    this.copyId(index, id);
    return id;
  }

  copyId(index: number, target: Uint8Array): void {
    for (let at = 0, from = index * ID_BYTES; at < ID_BYTES;) target[at++] = this.ids[from++]!;
  }

  /** `id` is copied. */
  set(index: number, id: Uint8Array, leaf: boolean): void {
    const bit = 1 << index;
    this.present |= bit;
    this.leaves = leaf ? this.leaves | bit : this.leaves & ~bit;
    for (let at = 0, to = index * ID_BYTES; at < ID_BYTES;) this.ids[to++] = id[at++]!;
  }

  remove(index: number): void {
    this.present &= ~(1 << index);
    this.leaves &= ~(1 << index);
  }

  /** The place of the only child there is, when it is a leaf; otherwise undefined. */
  loneLeaf(): number | undefined {
    const { present } = this;
    return present !== 0 && present === this.leaves && (present & (present - 1)) === 0 ? 31 - Math.clz32(present) : undefined;
  }

  encodedLength(): number {
    let count = 0;
    for (let bits = this.present; bits !== 0; bits &= bits - 1) count++;
    return INNER_HEAD + ID_BYTES * count;
  }

  /** The node again, as it is stored. */
  encodeInto(target: Uint8Array, at: number): void {
    const { ids, present, leaves } = this;
    target[at] = 1;
    target[at + 1] = present >> 8;
    target[at + 2] = present & 255;
    target[at + 3] = leaves >> 8;
    target[at + 4] = leaves & 255;
    let to = at + INNER_HEAD;
    for (let index = 0; index < CHILDREN; index++) {
      if ((present & (1 << index)) === 0) continue;
      for (let from = index * ID_BYTES, end = from + ID_BYTES; from < end;) target[to++] = ids[from++]!;
    }
  }

  /** The hash over the children, of which there is at least one, written to `target` from `at` on; a lone leaf moves up unpaired. */
  hashInto(target: Uint8Array, at: number): void {
    const { ids, level } = this;
    let { present, leaves } = this;
    for (let index = 0; index < CHILDREN; index++)
      if ((present & (1 << index)) !== 0)
        for (let to = index * 32, end = to + 32, from = index * ID_BYTES + VERSION_BYTES; to < end;) level[to++] = ids[from++]!;
    for (let count = CHILDREN; count > 1; count >>= 1) {
      let presentAbove = 0;
      let leavesAbove = 0;
      for (let index = 0; index < count; index += 2) {
        const pair = (present >> index) & 3;
        if (pair === 0) continue;
        const above = index >> 1;
        const to = above * 32;
        presentAbove |= 1 << above;
        if (pair !== 3 && ((leaves >> index) & 3) === pair) {
          leavesAbove |= 1 << above;
          for (let i = 0, from = (pair === 1 ? index : index + 1) * 32; i < 32; i++) level[to + i] = level[from + i]!;
        } else if (pair === 3) innerHashInto(level, to, level, index * 32, level, index * 32 + 32);
        else if (pair === 1) innerHashInto(level, to, level, index * 32, EMPTY_STATE_ROOT, 0);
        else innerHashInto(level, to, EMPTY_STATE_ROOT, 0, level, index * 32 + 32);
      }
      present = presentAbove;
      leaves = leavesAbove;
    }
    for (let i = 0; i < 32; i++) target[at + i] = level[i]!;
  }
}
