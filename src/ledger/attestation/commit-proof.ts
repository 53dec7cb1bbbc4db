/**
 * Three fields of a CometBFT header, and enough signatures under it: a light block without everything that the verifier knows or does not need.
 * The header is not carried: its hash follows from the shown fields and the hashes beside them. Of the commit only as many
 * signatures are kept as make up more than two thirds of the power.
 *
 *   [height, round, part count, part hash, hint, next, siblings, seconds, [[validator, nanoseconds, signature], …]]
 *
 * Shown are the validators hash (the verifier's own set has it), the app hash (our header has it), and the hash of the next validators: `next`,
 * empty while they stay the same. `hint` is the start of the validators hash: it tells a set that the verifier does not know from a wrong
 * signature, and proves nothing. The time of a vote is `seconds` since 1970 and its nanoseconds; the earliest vote has less than 10^9 of them.
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
  /** Hash of the validators of the next height where they are others; otherwise empty. */
  readonly next: Uint8Array;
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

const HINT_BYTES = 4;
const SECOND = 1_000_000_000;
const MAX_PARTS = 2 ** 32 - 1;
/** Seconds of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

const SHOWN: ReadonlySet<number> = new Set(Object.values(HEADER_FIELD));
const SIBLINGS = siblingCount(HEADER_FIELDS, SHOWN);
const NONE = new Uint8Array(0);

/** The proof of a whole light block; a sentence when the block does not hold in itself under our Ed25519 rule. */
export function proveCommit(block: LightBlock): CommitProof | string {
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
  return {
    height,
    round,
    parts: blockId.parts,
    hint: header.validatorsHash.slice(0, HINT_BYTES),
    next: equalBytes(header.nextValidatorsHash, header.validatorsHash) ? NONE : header.nextValidatorsHash,
    siblings: siblingsOf(headerLeaves(header), SHOWN),
    votes,
  };
}

/** Whether the validators are others than these, as far as the proof itself says. */
export const isOfOtherSet = ({ hint }: CommitProof, { hash }: KnownSet): boolean => !equalBytes(hint, hash.subarray(0, HINT_BYTES));

/** Undefined when more than two thirds of `set` signed, at this height, a header of `chainId` with this app hash; otherwise why not. */
export function commitProofProblem(proof: CommitProof, set: KnownSet, chainId: string, appHash: Uint8Array): string | undefined {
  const { height, round, parts, next, siblings, votes } = proof;
  if (equalBytes(next, set.hash)) return 'it names the same validators as the next ones';
  const shown = new Map([
    [HEADER_FIELD.validatorsHash, hashLeaf(set.hash)],
    [HEADER_FIELD.nextValidatorsHash, hashLeaf(next.length === 0 ? set.hash : next)],
    [HEADER_FIELD.appHash, hashLeaf(appHash)],
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
export function commitProofItems({ height, round, parts, hint, next, siblings, votes }: CommitProof): readonly Cbor[] {
  const seconds = Math.min(...votes.map(({ time }) => time.seconds));
  const rows = votes.map(({ validator, time, signature }) => {
    const nanos = (time.seconds - seconds) * SECOND + time.nanos;
    if (!Number.isSafeInteger(nanos)) throw new RangeError('the votes of a commit are months apart');
    return [validator, nanos, signature];
  });
  return [height, round, parts.total, parts.hash, hint, next, concat(...siblings), seconds, rows];
}

/** Undefined unless the items are those of a proof, in their one form. */
export function commitProofOf(items: readonly unknown[]): CommitProof | undefined {
  const [height, round, total, hash, hint, next, siblings, seconds, rows] = items;
  if (items.length !== 9 || !isUint(height) || height === 0 || !isUint(round, MAX_PARTS) || !isUint(total, MAX_PARTS)) return undefined;
  if (!isBytes(hash, 32) || !isBytes(hint, HINT_BYTES) || (!isBytes(next, 0) && !isBytes(next, 32))) return undefined;
  if (!isBytes(siblings, 32 * SIBLINGS) || !isUint(seconds, MAX_SECONDS)) return undefined;
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
  const hashes = Array.from({ length: SIBLINGS }, (_, i) => siblings.slice(32 * i, 32 * i + 32));
  return { height, round, parts: { total, hash }, hint, next, siblings: hashes, votes };
}
