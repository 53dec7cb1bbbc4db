/**
 * Proposals in the state: `proposals/<number>` each, from 1 on, and `proposals` how many there are. They stay for ever: they are the
 * history. Votes: `ballots/state.ts`.
 */
import { utf8 } from '../../base/bytes.ts';
import { unwrap, type CodedError, type Result } from '../../base/result.ts';
import { readOpen, writeOpen } from '../ballots/state.ts';
import { ledgerErrors } from '../errors.ts';
import { orgField } from '../schema/member.ts';
import type { BlockContext, StateDraft, StateView } from '../module/rule.ts';
import { code, counter, milliseconds, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';
import { actionField } from './operations.ts';

/** `failed`: it had the votes, but its action was refused at that moment. */
export const proposalStatuses = ['open', 'executed', 'failed', 'rejected', 'withdrawn', 'expired'] as const;
export type ProposalStatus = (typeof proposalStatuses)[number];

const errorCodes = Object.keys(ledgerErrors) as (keyof typeof ledgerErrors)[];

export const proposalValue = defineValue({
  org: orgField,
  action: actionField,
  height: counter('Height at which it was proposed.'),
  time: milliseconds('That block’s time (milliseconds since 1970).'),
  until: milliseconds('Last block time at which it may be voted on.'),
  status: code(proposalStatuses, 'What became of it.'),
  closedHeight: counter('Height at which that was decided; 0: it is open.'),
  closedTime: milliseconds('That block’s time; 0: it is open.'),
  failure: code(['none', ...errorCodes], 'Why its action was refused.'),
});
export type Proposal = ValuesOf<typeof proposalValue.fields>;

/** The code as the state has it; rules refuse with codes of the ledger. */
export const failureOf = ({ code: name }: CodedError): Proposal['failure'] => errorCodes.find((one) => one === name) ?? 'ledger.malformed';

export const proposalCountValue = defineValue({ count: counter('Proposals so far.') });

const countKey = 'proposals';
const proposalKey = (number: number): string => `proposals/${number}`;

/** State keys as `LedgerClient.get` takes them. */
export const proposalCountStateKey: Uint8Array = utf8(countKey);
export const proposalStateKey = (number: number): Uint8Array => utf8(proposalKey(number));

export const decodeProposal = (bytes: Uint8Array): Result<Proposal> => proposalValue.decode(bytes);
export const decodeProposalCount = (bytes: Uint8Array | undefined): number =>
  bytes === undefined ? 0 : unwrap(proposalCountValue.decode(bytes)).count;

export function readProposal(state: StateView, number: number): Proposal | undefined {
  const bytes = state.get(proposalKey(number));
  return bytes && unwrap(proposalValue.decode(bytes));
}

const writeProposal = (state: StateDraft, number: number, proposal: Proposal): void => state.put(proposalKey(number), proposalValue.encode(proposal));

/** A new one, open; its number. */
export function addProposal(state: StateDraft, opening: Pick<Proposal, 'org' | 'action' | 'height' | 'time' | 'until'>): number {
  const number = decodeProposalCount(state.get(countKey)) + 1;
  state.put(countKey, proposalCountValue.encode({ count: number }));
  writeProposal(state, number, { ...opening, status: 'open', closedHeight: 0, closedTime: 0, failure: 'none' });
  writeOpen(state, [...readOpen(state), { number, org: opening.org, until: opening.until }]);
  return number;
}

/** Nothing changes a proposal any more but, in the same block, that its action was refused. */
export function closeProposal(
  state: StateDraft,
  number: number,
  status: Exclude<ProposalStatus, 'open'>,
  { height, time }: BlockContext,
  failure: Proposal['failure'] = 'none',
): void {
  writeProposal(state, number, { ...readProposal(state, number)!, status, closedHeight: height, closedTime: time, failure });
  writeOpen(
    state,
    readOpen(state).filter((open) => open.number !== number),
  );
}
