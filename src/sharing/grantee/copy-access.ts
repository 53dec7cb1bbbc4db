/**
 * The decision point for copies of one custodian, for interfaces that know records and not shares (FHIR): what a decision permits is
 * fetched on its first use, and what is released is reported to the custodian.
 */
import type { AccessPoint } from '../../access/access-point.ts';
import { actions } from '../../access/request.ts';
import { CodedException } from '../../base/result.ts';
import { completeCopy } from './complete-copy.ts';
import type { Parts } from '../parts.ts';
import type { Reporter } from '../reports.ts';
import { shareState } from '../custodian/share-book.ts';

export function copyAccess(parts: Parts, report: Reporter): (custodian: string) => AccessPoint {
  const { access, incoming, now } = parts;
  /** Grants under which the copy is known to be there. */
  const there = new Set<string>();

  return (custodian) => ({
    ...access,
    async decide(principal, request) {
      const decision = await access.decide(principal, request);
      const { patients } = decision.visibility;
      if (decision.effect === 'deny' || patients === 'all' || !actions[request.action].across) return decision;
      for (const patient of patients) {
        const share = (await incoming.of(custodian, patient)).find((each) => shareState(each, now()) === 'active');
        if (!share || there.has(share.terms.grantId)) continue;
        const { grantId } = share.terms;
        const complete = await completeCopy(parts, share, principal);
        if (!complete.ok) throw new CodedException(complete.error);
        there.add(grantId);
      }
      return decision;
    },
    async release(of) {
      const released = await access.release(of);
      report.kick(custodian);
      return released;
    },
  });
}
