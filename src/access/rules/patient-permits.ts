import type { ShareFact } from '../facts.ts';
import { purposes } from '../principal.ts';
import { actions } from '../request.ts';
import { dayInWords } from '../words.ts';
import { denies, isAcross, passes, permits, type Rule } from './draft.ts';

/** Shares: what the patient has permitted to the asking organisation, as the ledger has it now. */
export const patientPermits: Rule = (request, facts, draft) => {
  if (!isAcross(request, facts)) return passes('Not needed within one organisation.');
  if (!facts.policy.acrossRoles.includes(facts.principal.role)) return denies('access.role', 'This role does not read records of other organisations.');
  if (!actions[request.action].across) return denies('access.role', 'Records of another organisation can be read, not changed.');
  if (request.patient === undefined) return denies('access.no-basis', 'A request to another organisation names one patient.');
  const purpose = purposes[request.purpose ?? facts.principal.purpose].code;
  const matching = facts.shares.filter(
    (share) =>
      share.patient === request.patient &&
      share.custodian === request.custodian &&
      share.grantee === facts.principal.organisation &&
      purposes[share.purpose].code === purpose,
  );
  const holds = (share: ShareFact) => !share.closed && share.since <= facts.now && facts.now < share.until;
  const active = matching.filter(holds).toSorted((a, b) => b.since - a.since);
  const newest = active[0];
  if (!newest) {
    return matching.length > 0
      ? denies('access.share-stopped', 'The patient has stopped sharing, or the share has expired; nothing more is released.')
      : passes('The patient has shared nothing with this organisation.');
  }
  const words = `${facts.policy.shareBasis.words} on ${dayInWords(newest.since)}, until ${dayInWords(newest.until - 1)}`;
  return permits(
    {
      ...draft,
      permit: {
        rule: 'patient-permits',
        basis: { code: facts.policy.shareBasis.code, words },
        patients: [request.patient],
        // Several shares add up in types; sensitive records only when each of them includes these.
        types: active.some((share) => share.types === undefined) ? undefined : [...new Set(active.flatMap((share) => share.types ?? []))],
        includeSensitive: active.every((share) => share.includeSensitive),
        grantId: newest.grantId,
      },
      obligations: [...draft.obligations, 'log-at-both-ends'],
    },
    `${words}.`,
  );
};
