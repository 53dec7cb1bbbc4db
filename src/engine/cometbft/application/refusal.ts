/**
 * A coded error as the consensus engine carries it. The number is always 1: it goes into the hash of a block's results, and a reason that
 * is worded or weighed differently by a later release must not look like a different result. The reason is in the log, which is not hashed.
 */
import type { CodedError } from '../../../base/result.ts';

export const ACCEPTED = 0;
const REFUSED = 1;

export interface Refusal {
  readonly code: number;
  /** The error's code. */
  readonly codespace: string;
  /** The error as JSON. */
  readonly log: string;
}

export const refusalOf = ({ code, message, hint, data }: CodedError): Refusal => ({
  code: REFUSED,
  codespace: code,
  log: JSON.stringify({ code, message, hint, data }),
});

/** The other way round. The engine also refuses by itself: then there is no error of ours in the log, and undefined is returned. */
export function errorOfRefusal({ codespace, log }: Pick<Refusal, 'codespace' | 'log'>): CodedError | undefined {
  try {
    const error = JSON.parse(log) as CodedError;
    return error.code === codespace && typeof error.message === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
