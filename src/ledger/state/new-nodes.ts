/** The nodes that one update makes, in a few pieces of memory instead of three for each: a large block makes tens of thousands. */
import { ByteRow } from '../../base/byte-row.ts';
import { ID_BYTES, VERSION_BYTES } from './node-format.ts';
import { encodeLeafInto, leafLength, type Leaf } from './node.ts';
import type { Slots } from './slots.ts';

export interface NewNode {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

export class NewNodes implements Iterable<NewNode> {
  /** What all ids begin with: 6 bytes. */
  readonly stamp: Uint8Array;
  private readonly hashes: ByteRow;
  private readonly encoded: ByteRow;
  private readonly ends: number[] = [];

  /** `writes`: keys that the update changes. */
  constructor(stamp: Uint8Array, writes: number) {
    this.stamp = stamp;
    this.hashes = new ByteRow(128 + writes * 72);
    this.encoded = new ByteRow(2_048 + writes * 640);
  }

  get length(): number {
    return this.ends.length;
  }

  /** Of all of them together. */
  get totalBytes(): number {
    return this.encoded.length;
  }

  /** `id`: its hash stands behind the version. */
  addLeaf(id: Uint8Array, leaf: Leaf): void {
    const at = this.encoded.reserve(leafLength(leaf));
    encodeLeafInto(this.encoded.bytes, at, leaf);
    this.added(id);
  }

  addInner(id: Uint8Array, slots: Slots): void {
    const at = this.encoded.reserve(slots.encodedLength());
    slots.encodeInto(this.encoded.bytes, at);
    this.added(id);
  }

  /** The first 16 bits of a node's hash. */
  hashStart(position: number): number {
    const { bytes } = this.hashes;
    return (bytes[32 * position]! << 8) | bytes[32 * position + 1]!;
  }

  copyHash(position: number, target: Uint8Array, at: number): void {
    const { bytes } = this.hashes;
    for (let i = 0, from = 32 * position; i < 32; i++) target[at + i] = bytes[from + i]!;
  }

  byteLength(position: number): number {
    return this.ends[position]! - this.start(position);
  }

  copyBytes(position: number, target: Uint8Array, at: number): void {
    target.set(this.encoded.bytes.subarray(this.start(position), this.ends[position]), at);
  }

  /** Each as a copy of its own. */
  *[Symbol.iterator](): Generator<NewNode, void, undefined> {
    for (let position = 0; position < this.length; position++) {
      const id = new Uint8Array(ID_BYTES);
      id.set(this.stamp);
      this.copyHash(position, id, VERSION_BYTES);
      yield { id, bytes: this.encoded.bytes.slice(this.start(position), this.ends[position]) };
    }
  }

  private start(position: number): number {
    return position === 0 ? 0 : this.ends[position - 1]!;
  }

  private added(id: Uint8Array): void {
    const at = this.hashes.reserve(32);
    const { bytes } = this.hashes;
    for (let i = 0; i < 32; i++) bytes[at + i] = id[VERSION_BYTES + i]!;
    this.ends.push(this.encoded.length);
  }
}
