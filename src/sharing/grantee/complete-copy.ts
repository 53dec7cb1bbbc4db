/**
 * A copy that may be shown: fetched, and known to its custodian, who keeps it current and withdraws from it what the share no longer covers.
 * A copy whose receipt was lost on the way is one that nobody would tell anything about: the receipt is sent again first.
 */
import type { Principal } from '../../access/principal.ts';
import { ok, type Result } from '../../base/result.ts';
import { acknowledge, fetchCopy, type Fetched } from './fetch-copy.ts';
import type { IncomingShare } from './incoming-book.ts';
import type { Parts } from '../parts.ts';
import { contentOf, newestEvent, type DisclosureContent } from '../stored-events.ts';
import { copyTerm, keptTerm } from '../terms.ts';

export interface CompleteCopy {
  /** When the last update arrived, milliseconds since 1970. */
  readonly lastSync: number;
  /** Set when the record was fetched just now. */
  readonly fetched: Fetched | undefined;
}

/** One after another for each share. Errors as of `fetchCopy`, and of the channel. */
export function completeCopy(parts: Parts, share: IncomingShare, principal: Principal): Promise<Result<CompleteCopy>> {
  const { reader, order, now } = parts;
  const { grantId } = share.terms;
  return order.run(`open/${grantId}`, async () => {
    const event = await newestEvent(reader, 'disclosure', copyTerm(grantId));
    if (!event) {
      const fetched = await fetchCopy(parts, share, principal);
      return fetched.ok ? ok({ lastSync: now(), fetched: fetched.value }) : fetched;
    }
    const kept = await reader.events(['marker', 'disclosure'], keptTerm(grantId), { limit: 1 });
    if (kept.events.length === 0) {
      const { upTo, count } = contentOf<DisclosureContent>(event);
      const acknowledged = await acknowledge(parts, share, principal, { upTo, count, sequence: event.sequence });
      if (!acknowledged.ok) return acknowledged;
    }
    return ok({ lastSync: event.time, fetched: undefined });
  });
}
