/**
 * An inner node taken apart for an update without an object for each child: the ids of its sixteen children at fixed places of a buffer
 * that is used again and again. A large block changes tens of thousands of nodes; what costs there is what has to be collected.
 */
import { EMPTY_STATE_ROOT, innerHashOf } from './hash.ts';
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
    for (let at = 0, from = index * ID_BYTES; at < ID_BYTES;) id[at++] = this.ids[from++]!;
    return id;
  }

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

  /** The node again, as it is stored. */
  encode(): Uint8Array {
    const { ids, present, leaves } = this;
    let count = 0;
    for (let bits = present; bits !== 0; bits &= bits - 1) count++;
    const bytes = new Uint8Array(INNER_HEAD + ID_BYTES * count);
    bytes[0] = 1;
    bytes[1] = present >> 8;
    bytes[2] = present & 255;
    bytes[3] = leaves >> 8;
    bytes[4] = leaves & 255;
    let to = INNER_HEAD;
    for (let index = 0; index < CHILDREN; index++) {
      if ((present & (1 << index)) === 0) continue;
      for (let at = index * ID_BYTES, end = at + ID_BYTES; at < end;) bytes[to++] = ids[at++]!;
    }
    return bytes;
  }

  /** The hash over the children; a lone leaf moves up unpaired. */
  hash(): Uint8Array {
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
        const to = index >> 1;
        presentAbove |= 1 << to;
        if (pair !== 3 && ((leaves >> index) & 3) === pair) {
          leavesAbove |= 1 << to;
          const from = (pair === 1 ? index : index + 1) * 32;
          level.copyWithin(to * 32, from, from + 32);
        } else {
          const left = (pair & 1) === 0 ? EMPTY_STATE_ROOT : level.subarray(index * 32, index * 32 + 32);
          const right = (pair & 2) === 0 ? EMPTY_STATE_ROOT : level.subarray(index * 32 + 32, index * 32 + 64);
          level.set(innerHashOf(left, right), to * 32);
        }
      }
      present = presentAbove;
      leaves = leavesAbove;
    }
    return present === 0 ? EMPTY_STATE_ROOT : level.slice(0, 32);
  }
}
