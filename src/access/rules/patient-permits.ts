import type { Facts, ShareFact } from '../facts.ts';
import { purposes } from '../principal.ts';
import { actions, type AccessRequest } from '../request.ts';
import { dayInWords } from '../words.ts';
import { denies, isAcross, passes, permits, type Rule } from './draft.ts';
import { isRefused } from './patient-denies.ts';

const holds = (share: ShareFact, now: number): boolean => !share.closed && share.since <= now && now < share.until;

/** Shares with the asking organisation, of this custodian, for this purpose; newest first. */
function sharesFor(request: AccessRequest, facts: Facts): readonly ShareFact[] {
  const purpose = purposes[request.purpose ?? facts.principal.purpose].code;
  return facts.shares
    .filter(
      (share) =>
        (request.patient === undefined || share.patient === request.patient) &&
        share.custodian === request.custodian &&
        share.grantee === facts.principal.organisation &&
        purposes[share.purpose].code === purpose,
    )
    .toSorted((a, b) => b.since - a.since);
}

/** Shares: what patients have permitted to the asking organisation, as the ledger has it now. */
export const patientPermits: Rule = (request, facts, draft) => {
  if (!isAcross(request, facts)) return passes('Not needed within one organisation.');
  if (!facts.policy.acrossRoles.includes(facts.principal.role))
    return denies('access.role', 'This role does not read records of other organisations.');
  if (!actions[request.action].across) return denies('access.role', 'Records of another organisation can be read, not changed.');
  const matching = sharesFor(request, facts);
  const active = matching.filter((share) => holds(share, facts.now));
  // One visibility for several patients: only those count who have shared everything; the others have to be named.
  const counted =
    request.patient !== undefined ? active : active.filter((share) => share.types === undefined && !isRefused(share.patient, request, facts));
  const newest = counted[0];
  if (!newest) {
    if (request.patient === undefined) return denies('access.no-basis', 'No patient has shared their whole record; name the patient.');
    return matching.length > 0
      ? denies('access.share-stopped', 'The patient has stopped sharing, or the share has expired; nothing more is released.')
      : passes('The patient has shared nothing with this organisation.');
  }
  const patients = [...new Set(counted.map(({ patient }) => patient))];
  const { code, words: shared } = facts.policy.shareBasis;
  const words = patients.length === 1 ? `${shared} on ${dayInWords(newest.since)}, until ${dayInWords(newest.until - 1)}` : shared;
  return permits(
    {
      ...draft,
      permit: {
        rule: 'patient-permits',
        basis: { code, words },
        patients,
        // Several shares add up in types; sensitive records only when each of them includes these.
        types: counted.some((share) => share.types === undefined) ? undefined : [...new Set(counted.flatMap((share) => share.types ?? []))],
        includeSensitive: counted.every((share) => share.includeSensitive),
        ...(patients.length === 1 ? { grantId: newest.grantId } : {}),
      },
      obligations: [...draft.obligations, 'log-at-both-ends'],
    },
    `${words}.`,
  );
};
