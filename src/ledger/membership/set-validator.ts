import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from '../policy/may-govern.ts';
import { needsDecision } from '../policy/refused.ts';
import { changeValidator } from '../validators/change.ts';
import type { SetValidator } from '../validators/operations.ts';
import { wrongStatus } from './refusals.ts';
import { readMember } from './state.ts';

/** Validators are active members'. What the set itself allows: `validators/change.ts`. */
export const setValidatorRule: Rule<SetValidator> = ({ op: _op, ...change }, { sender, state, height }) => {
  if (!mayGovern(sender, state)) return needsDecision();
  const member = readMember(state, change.org);
  if (!member) return codedError(ledgerErrors, 'ledger.unknown-member');
  if (member.status !== 'active' && change.power > 0) return wrongStatus(member);
  return changeValidator(state, change, height);
};
