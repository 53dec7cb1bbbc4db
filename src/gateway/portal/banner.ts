/** `GET …/patients/:id`: who this is, and what one must know at first glance. */
import { codedError } from '../../base/errors.ts';
import { fail } from '../../base/result.ts';
import type { PatientBanner } from '../../contract/portal.ts';
import { untilOf } from '../../sharing/messages/share-terms.ts';
import { gatewayErrors } from '../errors.ts';
import type { Handler } from '../json-scope.ts';
import type { Composer } from './compose.ts';
import type { Desk } from './desk.ts';
import type { DraftItem } from './item.ts';
import { countItems } from './counts.ts';
import { firstText, namesOf, objectsOf, parseResource, textAt, type Json } from './resource.ts';
import { words } from './words.ts';

const MAX_LISTED = 20;
const ENDED = new Set(['resolved', 'inactive', 'remission', 'completed', 'stopped', 'cancelled', 'entered-in-error', 'draft']);

function identifiersOf(patient: Json): PatientBanner['identifiers'] {
  return objectsOf(patient['identifier']).flatMap((identifier) => {
    const value = textAt(identifier, 'value');
    const label = firstText(identifier, ['type', 'text'], ['type', 'coding', 'display']) ?? 'Identifier';
    // Keys of the record itself say nothing to people.
    return value === undefined || /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value) ? [] : [{ label, value }];
  });
}

function ageOn(birthDate: string, now: number): number {
  const today = new Date(now).toISOString().slice(0, 10);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

export function bannerRoute(desk: Desk, composer: Composer): Handler {
  const { reader, now } = desk.deps;
  return async (request) => {
    const view = await desk.view(request, 'read');
    const stored = await reader.read(view.space, { type: 'Patient', id: view.patient }, view.decision.visibility);
    if (!stored || stored.deleted) return fail(codedError(gatewayErrors, 'gateway.not-found', { message: 'There is no such patient here.' }));
    const patient = parseResource(stored.content);
    const { items } = await composer.compose(view.space, view.patient, view.decision.visibility);
    const current = (type: string): readonly DraftItem[] => {
      const seen = new Set<string>();
      return items
        .filter((item) => item.type === type && !ENDED.has(item.status ?? '') && !seen.has(item.title) && seen.add(item.title))
        .slice(0, MAX_LISTED);
    };
    const allergies = current('AllergyIntolerance');
    const conditions = current('Condition');
    const medications = current('MedicationRequest');
    const list = (of: readonly DraftItem[]) =>
      Promise.all(of.map(async (item) => ({ text: item.title, since: item.when.slice(0, 10), proof: await desk.recordProof(view, item) })));
    const birthDate = textAt(patient, 'birthDate') ?? '';
    const { copy } = view;
    return desk.release<PatientBanner>(view, {
      what: copy ? words.openedCopy : words.openedRecord,
      counts: countItems([{ type: 'Patient' }, ...allergies, ...conditions, ...medications]),
      answer: async () => ({
        id: view.ref,
        name: namesOf(patient)[0]?.full ?? words.noName,
        birthDate,
        age: birthDate === '' ? 0 : ageOn(birthDate, now()),
        gender: textAt(patient, 'gender') ?? 'unknown',
        identifiers: identifiersOf(patient),
        allergies: await Promise.all(
          allergies.map(async (item) => ({
            text: item.title,
            ...(item.detail === undefined ? {} : { severity: item.detail }),
            proof: await desk.recordProof(view, item),
          })),
        ),
        conditions: await list(conditions),
        medications: await list(medications),
        custodian: view.custodian,
        consent: copy
          ? words.sharedUntil(untilOf(copy.share.terms))
          : view.principal.role === 'patient'
            ? words.ownRecord
            : words.ownPatient(view.custodian.name),
        ...(copy
          ? {
              copy: {
                grantId: copy.share.terms.grantId,
                until: new Date(untilOf(copy.share.terms) - 1).toISOString().slice(0, 10),
                active: true,
                lastSync: new Date(copy.lastSync).toISOString(),
              },
            }
          : {}),
      }),
    });
  };
}
