import { codedError } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { StateView } from '../module/rule.ts';
import { activeMembers, type Member } from './state.ts';

export const wrongStatus = ({ org, status }: Member): CodedError =>
  codedError(ledgerErrors, 'ledger.member-status', { message: `The member ${org} is ${status}.`, data: { org, status } });

/** Without active members there would be nobody who could decide anything any more. */
export const refusedLastMember = (state: StateView, { status }: Member): CodedError | undefined =>
  status === 'active' && activeMembers(state) === 1 ? codedError(ledgerErrors, 'ledger.last-member') : undefined;
