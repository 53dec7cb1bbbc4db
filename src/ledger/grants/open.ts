import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import type { Open } from './operations.ts';
import { dayOf, readGrant, writeGrant } from './state.ts';

/** Any member opens grants, under an id that was never used before. */
export const openRule: Rule<Open> = ({ id, commitment, controlKey, expiryDay }, { sender, state, height, time }) => {
  if (sender.kind !== 'member') return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'Grants are opened by members.' });
  if (readGrant(state, id)) return codedError(ledgerErrors, 'ledger.grant-exists');
  if (expiryDay < dayOf(time)) return codedError(ledgerErrors, 'ledger.grant-expired');
  writeGrant(state, id, { commitment, controlKey, expiryDay, openedHeight: height, openedTime: time, closedHeight: 0, closedTime: 0 });
  return undefined;
};
