/** Opening the record of a patient of another organisation: a fresh decision each time; the record is fetched once and kept in sync. */
import type { Decision } from '../../access/decision.ts';
import type { Principal } from '../../access/principal.ts';
import type { AccessRequest } from '../../access/request.ts';
import { accessErrors } from '../../access/errors.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { completeCopy, type CompleteCopy } from './complete-copy.ts';
import type { IncomingShare } from './incoming-book.ts';
import type { Parts } from '../parts.ts';

export interface OpenedCopy extends CompleteCopy {
  readonly share: IncomingShare;
  readonly request: AccessRequest;
  /** Rests on the share; its visibility goes into queries of the space `share.terms.custodian`. */
  readonly decision: Decision;
}

export type OpenCopy = (principal: Principal, custodian: string, patient: string) => Promise<Result<OpenedCopy>>;

/** A denied decision is logged as refused access and comes back as its error (`access.no-basis`, `access.share-stopped`, …). */
export function openCopy(parts: Parts): OpenCopy {
  const { access, incoming } = parts;
  return async (principal, custodian, patient) => {
    const request: AccessRequest = { action: 'read', types: [], custodian, patient };
    const decision = await access.decide(principal, request);
    const share = decision.grantId === undefined ? undefined : await incoming.find(decision.grantId);
    if (decision.effect === 'deny' || !share) {
      const refused = await access.release({ principal, request, decision, through: 'portal', touched: [], answer: () => undefined });
      return refused.ok ? fail(codedError(accessErrors, 'access.no-basis')) : refused;
    }
    const complete = await completeCopy(parts, share, principal);
    return complete.ok ? ok({ share, request, decision, ...complete.value }) : complete;
  };
}
