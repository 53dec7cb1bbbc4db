/** What a witness answers to a checkpoint, by the rules of C2SP tlog-witness in their order: a pure function of request and memory. */
import { equalBytes } from '../base/bytes.ts';
import type { AddCheckpoint } from '../ledger/checkpoint/add-checkpoint.ts';
import type { NoteKey } from '../ledger/checkpoint/note-key.ts';
import { sameBlock, splitViewOf, type SignedCheckpoint, type SplitView } from '../ledger/checkpoint/split-view.ts';
import { signers } from '../ledger/checkpoint/verify-checkpoint.ts';
import { verifyConsistency } from '../ledger/proofs/merkle-log.ts';

/** What a witness remembers of a log: the largest checkpoint that it has cosigned, and which of the log's keys had signed that. */
export interface Remembered extends SignedCheckpoint {
  readonly signedBy: readonly NoteKey[];
}

export type Judgement =
  | { readonly verdict: 'cosign'; readonly signedBy: readonly NoteKey[] }
  /** 400, 403, 404: the request is nothing to this witness. */
  | { readonly verdict: 'refuse'; readonly status: 400 | 403 | 404; readonly why: string }
  /** 409: the sender does not know what this witness has; `size` is that. */
  | { readonly verdict: 'stale'; readonly size: number }
  /** 409 or 422: not the history that was cosigned before. */
  | {
      readonly verdict: 'contradicts';
      readonly status: 409 | 422;
      readonly size: number;
      readonly signedBy: readonly NoteKey[];
      readonly splitView: SplitView | undefined;
    };

/** `keys`: those trusted for the request's origin; undefined: the origin is unknown. */
export function judge(
  { oldSize, path, checkpoint, note, noteBytes }: AddCheckpoint,
  keys: readonly NoteKey[] | undefined,
  known: Remembered | undefined,
): Judgement {
  if (!keys) return { verdict: 'refuse', status: 404, why: 'The origin is not of a log that this witness knows.' };
  const { holding, broken } = signers(note, keys);
  if (holding.length === 0 || broken.length > 0)
    return { verdict: 'refuse', status: 403, why: 'No trusted key of the log has signed the checkpoint.' };
  if (oldSize > checkpoint.size) return { verdict: 'refuse', status: 400, why: 'The old size is larger than the checkpoint’s.' };

  const size = known?.checkpoint.size ?? 0;
  const contradicts = (status: 409 | 422): Judgement => {
    const key = known && holding.find((one) => known.signedBy.some((other) => equalBytes(one.publicKey, other.publicKey)));
    const offered: SignedCheckpoint = { bytes: noteBytes, checkpoint };
    return { verdict: 'contradicts', status, size, signedBy: holding, splitView: key && splitViewOf(key, known, offered, { path }) };
  };
  if (oldSize !== size) return { verdict: 'stale', size };
  if (known && checkpoint.size === size) {
    if (!equalBytes(known.checkpoint.root, checkpoint.root)) return contradicts(409);
    // The same entries in another block: the specification does not ask, but a ledger's history is its blocks too.
    if (known.checkpoint.block && checkpoint.block && !sameBlock(known.checkpoint, checkpoint)) return contradicts(409);
    // Remembered in the place of the one with a block, it would make room for another block after it.
    if (known.checkpoint.block && !checkpoint.block)
      return { verdict: 'refuse', status: 403, why: 'The checkpoint of this size that was cosigned names a block; this one names none.' };
  }
  if (!known || size === 0) return path.length === 0 ? { verdict: 'cosign', signedBy: holding } : contradicts(422);
  const consistent = verifyConsistency({ oldSize, oldRoot: known.checkpoint.root, newSize: checkpoint.size, newRoot: checkpoint.root, path });
  return consistent ? { verdict: 'cosign', signedBy: holding } : contradicts(422);
}
