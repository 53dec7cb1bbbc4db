import { codedError } from '../../base/errors.ts';
import { countIn } from '../ballots/state.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from '../policy/may-govern.ts';
import { needsDecision } from '../policy/refused.ts';
import { noteEvent } from './history.ts';
import type { Reinstate } from './operations.ts';
import { wrongStatus } from './refusals.ts';
import { readMember, writeMember } from './state.ts';

/** Its votes on what is still open count again. Its validator stays without power: that is a decision of its own, once the node is up. */
export const reinstateRule: Rule<Reinstate> = ({ org }, { sender, state, ...block }) => {
  if (!mayGovern(sender, state)) return needsDecision();
  const member = readMember(state, org);
  if (!member) return codedError(ledgerErrors, 'ledger.unknown-member');
  if (member.status !== 'suspended') return wrongStatus(member);
  writeMember(state, { ...member, status: 'active', changedHeight: block.height });
  countIn(state, org);
  noteEvent(state, member, 'reinstated', block);
  return undefined;
};
