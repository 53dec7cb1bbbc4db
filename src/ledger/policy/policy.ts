/** How the network decides about itself: a value of the state (`policy`), given by the genesis and changed by decisions of the members. */
import { utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { unwrap, type CodedError, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { code, counter, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';

export const policyFields = {
  numerator: counter('A proposal passes with more approvals than numerator ÷ denominator of the active members.'),
  denominator: counter('See numerator.'),
  votingPeriod: counter('How long a proposal is open (milliseconds of block time).'),
  openProposals: counter('Proposals that one member may have open at a time.'),
  authority: code(['direct', 'none'], 'Whether the authority of the genesis may act alone.'),
  regulators: code(['direct', 'vote'], 'Whether an active regulator may act alone, or has one vote as everybody.'),
} as const;

const policyValue = defineValue(policyFields);
export type Policy = ValuesOf<typeof policyFields>;

const MAX_DENOMINATOR = 100;
const MIN_VOTING_PERIOD = 1_000;
const MAX_VOTING_PERIOD = 366 * 86_400_000;
const MAX_OPEN_PROPOSALS = 16;

/** Members decide by more than half, within a week; nobody acts alone. */
export const votingPolicy: Policy = {
  numerator: 1,
  denominator: 2,
  votingPeriod: 7 * 86_400_000,
  openProposals: 4,
  authority: 'none',
  regulators: 'vote',
};

/** The same while a network is being set up: its authority and its regulators may act alone. */
export const directPolicy: Policy = { ...votingPolicy, authority: 'direct', regulators: 'direct' };

/**
 * Why a policy is not one; undefined when it is. The threshold is at least one half, so that two contradicting proposals can't both have
 * enough approvals, and below the whole, so that it can be reached. `ledger.bad-policy`.
 */
export function refusedPolicy({ numerator, denominator, votingPeriod, openProposals }: Policy): CodedError | undefined {
  if (denominator < 1 || denominator > MAX_DENOMINATOR) return bad(`denominator is not from 1 to ${MAX_DENOMINATOR}`);
  if (numerator * 2 < denominator || numerator >= denominator) return bad('the threshold is not from one half to below the whole');
  if (votingPeriod < MIN_VOTING_PERIOD || votingPeriod > MAX_VOTING_PERIOD)
    return bad(`votingPeriod is not from ${MIN_VOTING_PERIOD} to ${MAX_VOTING_PERIOD} milliseconds`);
  if (openProposals < 1 || openProposals > MAX_OPEN_PROPOSALS) return bad(`openProposals is not from 1 to ${MAX_OPEN_PROPOSALS}`);
  return undefined;
}

const bad = (why: string) => codedError(ledgerErrors, 'ledger.bad-policy', { message: `Not a policy: ${why}.` });

const policyKey = 'policy';

/** The state key as `LedgerClient.get` takes it. */
export const policyStateKey: Uint8Array = utf8(policyKey);

export const decodePolicy = (bytes: Uint8Array): Result<Policy> => policyValue.decode(bytes);

export const readPolicy = (state: StateView): Policy => unwrap(policyValue.decode(state.get(policyKey)!));

export const writePolicy = (state: StateDraft, policy: Policy): void => state.put(policyKey, policyValue.encode(policy));
