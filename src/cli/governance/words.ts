/** Proposals in words. */
import type { GovernanceProposal, GovernanceView } from '../../contract/explorer.ts';

const day = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

export function outcome({ status, until, closed, failure }: GovernanceProposal): string {
  switch (status) {
    case 'open':
      return `open until ${day(until)}`;
    case 'failed':
      return `had the votes, but was refused in block ${closed!.height} (${failure})`;
    case 'expired':
      return `expired on ${day(until)}`;
    default:
      return `${status} in block ${closed!.height}`;
  }
}

export const oneLine = (proposal: GovernanceProposal): string =>
  `${String(proposal.number).padStart(4)}  ${proposal.sentence}: ${outcome(proposal)}; ${proposal.approvals} for, ${proposal.rejections} against`;

export function inFull(proposal: GovernanceProposal): readonly string[] {
  const { number, sentence, proposer, opened, votes } = proposal;
  return [
    `Proposal ${number}: ${sentence}`,
    `  by ${proposer.name}, block ${opened.height}, ${day(opened.time)}`,
    `  ${outcome(proposal)}`,
    ...votes.map(
      ({ organisation, vote, height, counts }) =>
        `  ${vote === 'approve' ? 'for    ' : 'against'}  ${organisation.name}, block ${height}${counts ? '' : ' (not active, does not count)'}`,
    ),
  ];
}

export const overview = ({ activeMembers, needed, policy }: GovernanceView): string =>
  `${activeMembers} active members; a proposal passes with ${needed} approvals (more than ${policy.numerator}/${policy.denominator}).`;
