import { codedError } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';

export const needsDecision = (): CodedError =>
  codedError(ledgerErrors, 'ledger.not-permitted', { message: 'The members decide that by vote; nobody does it alone.' });
