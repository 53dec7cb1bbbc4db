/**
 * Padding entries hide how much was written in an interval. Their leaves are made by a key, so that the organisation can tell padding
 * from an entry that was wiped, and nobody else can tell padding from anything.
 */
import { createHmac } from 'node:crypto';
import { uint64 } from '../base/bytes.ts';
import { leafHash } from '../ledger/proofs/commitment.ts';
import type { EventRow } from '../store/rows.ts';

export const PADDING_KIND = 0;
/** Anchored sizes are multiples of this. */
export const PADDED_TO = 8;

export const paddingLeaf = (key: Uint8Array, sequence: number): Uint8Array => leafHash(createHmac('sha256', key).update(uint64(sequence)).digest());

/** From one to `PADDED_TO` padding entries: as many as bring a log of `size` to the next multiple. */
export function paddingFor(key: Uint8Array, size: number): readonly EventRow[] {
  const nothing = new Uint8Array(0);
  const row: EventRow = {
    kind: PADDING_KIND,
    time: 0,
    keyId: 0,
    wrapped: nothing,
    sealed: nothing,
    tokens: nothing,
    leaf: (sequence) => paddingLeaf(key, sequence),
  };
  return new Array<EventRow>(PADDED_TO - (size % PADDED_TO)).fill(row);
}
