/**
 * What the members decided and are deciding, read from the state of one height: any engine's, through its client. Nothing here is kept
 * beside the ledger, so everybody reads the same.
 */
import { unwrap } from '../../base/result.ts';
import { decodeBallot, decodeTally, decodeVoters, ballotStateKey, tallyStateKey, votersStateKey, type Vote } from '../ballots/state.ts';
import type { Tally } from '../ballots/decision.ts';
import type { LedgerClient } from '../client.ts';
import { decodeElectorate, decodeMember, electorateStateKey, memberStateKey } from '../membership/state.ts';
import { decodePolicy, policyStateKey, type Policy } from '../policy/policy.ts';
import { decodeValidator, decodeValidatorList, validatorListStateKey, validatorStateKey, type Validator } from '../validators/state.ts';
import { decodeProtocol, protocolStateKey, type Protocol } from './protocol-version.ts';
import { decodeProposal, decodeProposalCount, proposalCountStateKey, proposalStateKey, type Proposal } from './state.ts';

type Reader = Pick<LedgerClient, 'get' | 'head'>;

export interface CastVote {
  readonly org: string;
  readonly vote: Vote;
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Whether its member is active now: only such votes count while a proposal is open. */
  readonly active: boolean;
}

export interface DecidedProposal extends Proposal {
  readonly number: number;
  /** The newest vote of each organisation that voted, in order of its first. */
  readonly votes: readonly CastVote[];
  /** As counted last; of an open proposal, as of now. */
  readonly tally: Tally;
}

export interface Governance {
  /** Height at which all of it was read. */
  readonly height: number;
  readonly policy: Policy;
  readonly activeMembers: number;
  readonly validators: readonly Validator[];
  /** Undefined: no upgrade was ever decided. */
  readonly protocol: Protocol | undefined;
  /** Proposals so far; their numbers go from 1 to this. */
  readonly proposals: number;
}

/** Approvals that a proposal needs at least, with so many active members. */
export const approvalsNeeded = ({ numerator, denominator }: Policy, activeMembers: number): number =>
  Math.floor((activeMembers * numerator) / denominator) + 1;

export async function governanceNow(ledger: Reader): Promise<Governance> {
  const { height } = ledger.head();
  const at = (key: Uint8Array) => ledger.get(key, height);
  const protocol = await at(protocolStateKey);
  return {
    height,
    policy: unwrap(decodePolicy((await at(policyStateKey))!)),
    activeMembers: decodeElectorate(await at(electorateStateKey)),
    validators: await validatorsAt(ledger, height),
    protocol: protocol && unwrap(decodeProtocol(protocol)),
    proposals: decodeProposalCount(await at(proposalCountStateKey)),
  };
}

async function validatorsAt(ledger: Reader, height: number): Promise<readonly Validator[]> {
  const orgs = decodeValidatorList(await ledger.get(validatorListStateKey, height));
  const all = await Promise.all(orgs.map(async (org) => unwrap(decodeValidator((await ledger.get(validatorStateKey(org), height))!))));
  return all.filter(({ power }) => power > 0);
}

/** Undefined: there is no such proposal. One whose voting period is over is `expired`, whether or not the ledger has noted it yet. */
export async function proposalNow(ledger: Reader, number: number): Promise<DecidedProposal | undefined> {
  const { height, time } = ledger.head();
  const bytes = await ledger.get(proposalStateKey(number), height);
  if (!bytes) return undefined;
  const proposal = unwrap(decodeProposal(bytes));
  const votes: CastVote[] = [];
  for (const org of decodeVoters(await ledger.get(votersStateKey(number), height))) {
    const ballot = unwrap(decodeBallot((await ledger.get(ballotStateKey(number, org), height))!));
    const member = unwrap(decodeMember((await ledger.get(memberStateKey(org), height))!));
    votes.push({ org, ...ballot, active: member.status === 'active' });
  }
  const tally = unwrap(decodeTally((await ledger.get(tallyStateKey(number), height))!));
  const status = proposal.status === 'open' && proposal.until < time ? 'expired' : proposal.status;
  return { ...proposal, status, number, votes, tally };
}

/** Newest first, those below `before` (undefined: from the newest), at most `limit`. */
export async function proposalsNow(ledger: Reader, before: number | undefined, limit: number): Promise<readonly DecidedProposal[]> {
  const count = decodeProposalCount(await ledger.get(proposalCountStateKey));
  const found: DecidedProposal[] = [];
  for (let number = Math.min(count, (before ?? count + 1) - 1); number >= 1 && found.length < limit; number--)
    found.push((await proposalNow(ledger, number))!);
  return found;
}
