/**
 * Some fields of a CometBFT header, and enough signatures under it: a light block without everything that the verifier knows or does not need.
 * The header is not carried: its hash follows from the shown fields and the hashes beside them. Of the commit only as many
 * signatures are kept as make up more than two thirds of the power.
 *
 *   [height, round, part count, part hash, hint, siblings, seconds, [[validator, nanoseconds, signature], …]]
 *
 * `hint` is the start of the validators hash: it tells a set that the verifier does not know from a wrong signature, and proves nothing. The time
 * of a vote is `seconds` since 1970 and its nanoseconds; the earliest vote has less than 10^9 of them.
 */
import { concat, equalBytes } from '../../base/bytes.ts';
import type { Cbor } from '../../base/cbor.ts';
import { isBytes, isUint } from '../../base/shape.ts';
import { ed25519Verify } from '#ed25519';
import { consensusHeaderHash, hashLeaf, HEADER_FIELD, HEADER_FIELDS, headerLeaves } from '../light/consensus-header.ts';
import { MAX_VALIDATORS, type LightBlock, type Time } from '../light/light-block.ts';
import { rootFromShown, siblingCount, siblingsOf } from '../light/merkle.ts';
import { lightBlockProblem } from '../light/verify.ts';
import { isQuorum, totalPower } from '../light/validator-set.ts';
import { voteSignBytes } from '../light/vote.ts';
import type { KnownSet } from './trust.ts';

export interface CommitProof {
  /** Of the consensus. */
  readonly height: number;
  readonly round: number;
  readonly parts: { readonly total: number; readonly hash: Uint8Array };
  readonly hint: Uint8Array;
  /** Hashes beside the shown fields, from left to right. */
  readonly siblings: readonly Uint8Array[];
  /** Ascending by `validator`, the place in the validator set. */
  readonly votes: readonly ProofVote[];
}

export interface ProofVote {
  readonly validator: number;
  readonly time: Time;
  readonly signature: Uint8Array;
}

/** What is shown beside the validators hash, which always is. */
export type ShownField = 'appHash' | 'nextValidatorsHash';

const HINT_BYTES = 4;
const SECOND = 1_000_000_000;
const MAX_PARTS = 2 ** 32 - 1;
/** Seconds of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

const shownFields = (field: ShownField): ReadonlySet<number> => new Set([HEADER_FIELD.validatorsHash, HEADER_FIELD[field]]);

/** The proof of a whole light block; a sentence when the block does not hold in itself under our Ed25519 rule. */
export function proveCommit(block: LightBlock, field: ShownField): CommitProof | string {
  const { header, commit, validators } = block;
  const problem = lightBlockProblem(block, consensusHeaderHash(header));
  if (problem !== undefined) return problem;
  const { height, round, blockId } = commit;
  const total = totalPower(validators);
  const votes: ProofVote[] = [];
  let signed = 0;
  // The set is in the order of power: the first ones are the fewest.
  for (const [validator, vote] of commit.votes.entries()) {
    if (vote.flag !== 'commit' || isQuorum(signed, total)) continue;
    const { time, signature } = vote;
    const { key, power } = validators[validator]!;
    if (!ed25519Verify(key, voteSignBytes({ chainId: header.chainId, height, round, blockId, time }), signature)) continue;
    votes.push({ validator, time, signature });
    signed += power;
  }
  if (!isQuorum(signed, total)) return `validators with a power of ${signed} of ${total} signed`;
  const siblings = siblingsOf(headerLeaves(header), shownFields(field));
  return { height, round, parts: blockId.parts, hint: header.validatorsHash.slice(0, HINT_BYTES), siblings, votes };
}

/** Whether the validators are others than these, as far as the proof itself says. */
export const isOfOtherSet = ({ hint }: CommitProof, { hash }: KnownSet): boolean => !equalBytes(hint, hash.subarray(0, HINT_BYTES));

/** Undefined when more than two thirds of `set` signed, at this height, a header of `chainId` with `value` in the field; otherwise why not. */
export function commitProofProblem(proof: CommitProof, set: KnownSet, chainId: string, field: ShownField, value: Uint8Array): string | undefined {
  const { height, round, parts, siblings, votes } = proof;
  const shown = new Map([
    [HEADER_FIELD.validatorsHash, hashLeaf(set.hash)],
    [HEADER_FIELD[field], hashLeaf(value)],
  ]);
  const hash = rootFromShown(HEADER_FIELDS, shown, siblings);
  if (!hash) return 'the header’s hashes do not fit together';
  let signed = 0;
  for (const { validator, time, signature } of votes) {
    const signer = set.validators[validator];
    if (!signer) return `there is no validator ${validator}`;
    const message = voteSignBytes({ chainId, height, round, blockId: { hash, parts }, time });
    if (!ed25519Verify(signer.key, message, signature)) return `the signature of validator ${validator} does not verify`;
    signed += signer.power;
  }
  const total = totalPower(set.validators);
  return isQuorum(signed, total) ? undefined : `validators with a power of ${signed} of ${total} signed`;
}

/** Throws a `RangeError` when votes are months apart, which no commit's are. */
export function commitProofItems({ height, round, parts, hint, siblings, votes }: CommitProof): readonly Cbor[] {
  const seconds = Math.min(...votes.map(({ time }) => time.seconds));
  const rows = votes.map(({ validator, time, signature }) => {
    const nanos = (time.seconds - seconds) * SECOND + time.nanos;
    if (!Number.isSafeInteger(nanos)) throw new RangeError('the votes of a commit are months apart');
    return [validator, nanos, signature];
  });
  return [height, round, parts.total, parts.hash, hint, concat(...siblings), seconds, rows];
}

/** Undefined unless the items are those of a proof for this field, in their one form. */
export function commitProofOf(items: readonly unknown[], field: ShownField): CommitProof | undefined {
  const [height, round, total, hash, hint, siblings, seconds, rows] = items;
  const count = siblingCount(HEADER_FIELDS, shownFields(field));
  if (items.length !== 8 || !isUint(height) || height === 0 || !isUint(round, MAX_PARTS) || !isUint(total, MAX_PARTS)) return undefined;
  if (!isBytes(hash, 32) || !isBytes(hint, HINT_BYTES) || !isBytes(siblings, 32 * count) || !isUint(seconds, MAX_SECONDS)) return undefined;
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > MAX_VALIDATORS) return undefined;
  const votes: ProofVote[] = [];
  let earliest = SECOND;
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== 3) return undefined;
    const [validator, nanos, signature] = row as unknown[];
    if (!isUint(validator, MAX_VALIDATORS - 1) || validator <= (votes.at(-1)?.validator ?? -1) || !isUint(nanos) || !isBytes(signature, 64))
      return undefined;
    earliest = Math.min(earliest, nanos);
    votes.push({ validator, time: { seconds: seconds + Math.floor(nanos / SECOND), nanos: nanos % SECOND }, signature });
  }
  if (earliest >= SECOND) return undefined;
  return {
    height,
    round,
    parts: { total, hash },
    hint,
    siblings: Array.from({ length: count }, (_, i) => siblings.slice(32 * i, 32 * i + 32)),
    votes,
  };
}
