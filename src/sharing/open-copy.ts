/** Opening the record of a patient of another organisation: a fresh decision each time; the record is fetched once and kept in sync. */
import type { Decision } from '../access/decision.ts';
import type { Principal } from '../access/principal.ts';
import type { AccessRequest } from '../access/request.ts';
import { accessErrors } from '../access/errors.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { fetchCopy, type Fetched } from './fetch-copy.ts';
import type { IncomingShare } from './incoming-book.ts';
import type { Parts } from './parts.ts';
import { newestEvent } from './stored-events.ts';
import { copyTerm } from './terms.ts';

export interface OpenedCopy {
  readonly share: IncomingShare;
  readonly request: AccessRequest;
  /** Rests on the share; its visibility goes into queries of the space `share.terms.custodian`. */
  readonly decision: Decision;
  /** When the last update arrived, milliseconds since 1970. */
  readonly lastSync: number;
  /** Set when the record was fetched just now. */
  readonly fetched: Fetched | undefined;
}

export type OpenCopy = (principal: Principal, custodian: string, patient: string) => Promise<Result<OpenedCopy>>;

/** A denied decision is logged as refused access and comes back as its error (`access.no-basis`, `access.share-stopped`, …). */
export function openCopy(parts: Parts): OpenCopy {
  const { access, incoming, reader, order, now } = parts;
  return async (principal, custodian, patient) => {
    const request: AccessRequest = { action: 'read', types: [], custodian, patient };
    const decision = await access.decide(principal, request);
    const share = decision.grantId === undefined ? undefined : await incoming.find(decision.grantId);
    if (decision.effect === 'deny' || !share) {
      const refused = await access.release({ principal, request, decision, through: 'portal', touched: [], answer: () => undefined });
      return refused.ok ? fail(codedError(accessErrors, 'access.no-basis')) : refused;
    }
    const { grantId } = share.terms;
    return order.run(`open/${grantId}`, async () => {
      const event = await newestEvent(reader, 'disclosure', copyTerm(grantId));
      if (event) return ok({ share, request, decision, lastSync: event.time, fetched: undefined });
      const fetched = await fetchCopy(parts, share, principal);
      return fetched.ok ? ok({ share, request, decision, lastSync: now(), fetched: fetched.value }) : fetched;
    });
  };
}
