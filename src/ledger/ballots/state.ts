/**
 * Votes in the state, and how they stand. Knows organisations by their id only: who is a member is membership's to say, which tells here
 * when a member's votes stop or start to count.
 *
 *   open-proposals           CBOR [ [number, org, until], … ] those that are not decided, oldest first
 *   ballots/<number>         CBOR [ org, … ] who has voted, in order of the first vote
 *   ballots/<number>/<org>   its vote
 *   tallies/<number>         approvals and rejections of members that are active
 */
import { utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { BlockContext, StateDraft, StateView } from '../module/rule.ts';
import { code, counter, milliseconds, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';
import type { Tally } from './decision.ts';

export const votes = ['approve', 'reject'] as const;
export type Vote = (typeof votes)[number];

export const ballotValue = defineValue({
  vote: code(votes, 'What the member votes.'),
  height: counter('Height at which it voted.'),
  time: milliseconds('That block’s time (milliseconds since 1970).'),
});
export type Ballot = ValuesOf<typeof ballotValue.fields>;

export const tallyValue = defineValue({
  approvals: counter('Approvals of active members.'),
  rejections: counter('Rejections of active members.'),
});

export interface OpenProposal {
  readonly number: number;
  /** Who proposed it. */
  readonly org: string;
  /** Last time at which it may be voted on (milliseconds since 1970). */
  readonly until: number;
}

const openKey = 'open-proposals';
const votersKey = (number: number): string => `ballots/${number}`;
const ballotKey = (number: number, org: string): string => `ballots/${number}/${org}`;
const tallyKey = (number: number): string => `tallies/${number}`;

/** State keys as `LedgerClient.get` takes them. */
export const votersStateKey = (number: number): Uint8Array => utf8(votersKey(number));
export const ballotStateKey = (number: number, org: string): Uint8Array => utf8(ballotKey(number, org));
export const tallyStateKey = (number: number): Uint8Array => utf8(tallyKey(number));

export const decodeVoters = (bytes: Uint8Array | undefined): readonly string[] =>
  bytes === undefined ? [] : (unwrap(decodeCbor(bytes)) as readonly string[]);
export const decodeBallot = (bytes: Uint8Array): Result<Ballot> => ballotValue.decode(bytes);
export const decodeTally = (bytes: Uint8Array): Result<Tally> => tallyValue.decode(bytes);

export function readOpen(state: StateView): readonly OpenProposal[] {
  const bytes = state.get(openKey);
  const rows = bytes === undefined ? [] : (unwrap(decodeCbor(bytes)) as readonly (readonly [number, string, number])[]);
  return rows.map(([number, org, until]) => ({ number, org, until }));
}

export const writeOpen = (state: StateDraft, open: readonly OpenProposal[]): void =>
  state.put(openKey, encodeCbor(open.map(({ number, org, until }) => [number, org, until])));

export function readBallot(state: StateView, number: number, org: string): Ballot | undefined {
  const bytes = state.get(ballotKey(number, org));
  return bytes && unwrap(ballotValue.decode(bytes));
}

export function readTally(state: StateView, number: number): Tally {
  const bytes = state.get(tallyKey(number));
  return bytes ? unwrap(tallyValue.decode(bytes)) : { approvals: 0, rejections: 0 };
}

/** The vote of an active member; it replaces an earlier one. */
export function castBallot(state: StateDraft, number: number, org: string, vote: Vote, { height, time }: BlockContext): void {
  const earlier = readBallot(state, number, org);
  if (earlier) count(state, number, earlier.vote, -1);
  else state.put(votersKey(number), encodeCbor([...decodeVoters(state.get(votersKey(number))), org]));
  count(state, number, vote, 1);
  state.put(ballotKey(number, org), ballotValue.encode({ vote, height, time }));
}

/** A member is active no more: its votes on what is open stop counting. */
export const countOut = (state: StateDraft, org: string): void => countAll(state, org, -1);

/** It is active again. */
export const countIn = (state: StateDraft, org: string): void => countAll(state, org, 1);

function countAll(state: StateDraft, org: string, by: 1 | -1): void {
  for (const { number } of readOpen(state)) {
    const ballot = readBallot(state, number, org);
    if (ballot) count(state, number, ballot.vote, by);
  }
}

function count(state: StateDraft, number: number, vote: Vote, by: 1 | -1): void {
  const tally = readTally(state, number);
  const counted = vote === 'approve' ? { ...tally, approvals: tally.approvals + by } : { ...tally, rejections: tally.rejections + by };
  state.put(tallyKey(number), tallyValue.encode(counted));
}
