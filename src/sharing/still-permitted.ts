/**
 * The last look before bytes leave. Between the decision and the sealed page lie a query and a durable audit entry: time in which a
 * patient may have stopped or narrowed the share. What the custodian has seen closed it does not release.
 */
import type { AccessPoint } from '../access/access-point.ts';
import type { Decision } from '../access/decision.ts';
import { accessErrors } from '../access/errors.ts';
import type { Principal } from '../access/principal.ts';
import type { AccessRequest } from '../access/request.ts';
import { codedError } from '../base/errors.ts';
import { CodedException } from '../base/result.ts';

/** Throws the refusal, which was logged, when the share that `before` rests on no longer carries the request. */
export async function stillPermitted(access: AccessPoint, principal: Principal, request: AccessRequest, before: Decision): Promise<void> {
  const decision = await access.decide(principal, request);
  if (decision.effect === 'permit' && decision.grantId === before.grantId) return;
  const stopped = codedError(accessErrors, 'access.share-stopped');
  const refusal = decision.effect === 'deny' ? decision : { ...decision, effect: 'deny' as const, refusal: stopped };
  const refused = await access.release({ principal, request, decision: refusal, through: 'network', touched: [], answer: () => undefined });
  throw new CodedException(refused.ok ? stopped : refused.error);
}
