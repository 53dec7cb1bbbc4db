/** `GET /portal/api/patients?q=`: this organisation's patients and those shared with it; nobody else is ever hinted at. */
import type { Touched } from '../../access/audit.ts';
import { unwrap } from '../../base/result.ts';
import type { AccessRequest } from '../../access/request.ts';
import type { PatientList } from '../../contract/portal.ts';
import type { Match, StoredVersion } from '../../records/model.ts';
import { shareState } from '../../sharing/custodian/share-book.ts';
import type { Handler } from '../json-scope.ts';
import type { Desk } from './desk.ts';
import { formatPatientRef } from './patient-ref.ts';
import { namesOf, parseResource, textAt } from './resource.ts';
import { words } from './words.ts';

type Listed = PatientList['patients'][number];

const LIMIT = 50;
const MAX_WORDS = 5;
const MAX_QUERY = 100;

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Each word must begin a name, be the birth date, or be an identifier. */
function matchOf(desk: Desk, q: string): Match {
  const { index } = desk.deps;
  const escape = (word: string) => word.replace(/[\\,$|]/g, '\\$&');
  const all = q
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
    .map((word): Match => {
      const ways = [index.query('Patient', 'name', undefined, escape(word)), index.query('Patient', 'identifier', undefined, escape(word))];
      if (/^\d{4}(-\d{2}(-\d{2})?)?$/.test(word)) ways.push(index.query('Patient', 'birthdate', undefined, word));
      return { kind: 'some', of: ways.flatMap((way) => (way.ok ? [way.value.match] : [])) };
    });
  return all.length === 0 ? { kind: 'everything' } : { kind: 'all', of: all };
}

/** The index may answer a little too much: the words are looked for once more in what was found. */
function meant(q: string, listed: Pick<Listed, 'name' | 'birthDate'>, identifiers: string): boolean {
  const text = plain(`${listed.name} ${identifiers}`);
  return plain(q)
    .split(/\s+/)
    .filter((word) => word !== '')
    .every(
      (word) =>
        listed.birthDate.startsWith(word) || text.split(/[^\p{L}\p{N}-]+/u).some((part) => part.startsWith(word)) || identifiers.includes(word),
    );
}

export function patientsRoute(desk: Desk): Handler {
  const { sharing, reader, organisation, now } = desk.deps;

  const listedOf = (record: StoredVersion): { readonly listed: Listed; readonly identifiers: string } => {
    const resource = parseResource(record.content);
    const identifiers = Array.isArray(resource['identifier']) ? resource['identifier'].map((each) => textAt(each, 'value') ?? '').join(' ') : '';
    const name = namesOf(resource)[0]?.full ?? words.noName;
    const listed = {
      id: record.id,
      name,
      birthDate: textAt(resource, 'birthDate') ?? '',
      gender: textAt(resource, 'gender') ?? 'unknown',
      custodian: organisation,
      shared: false,
    };
    return { listed, identifiers };
  };

  const shared = async (q: string): Promise<readonly Listed[]> => {
    const list = new Map<string, Listed>();
    for (const share of await sharing.incoming.all()) {
      const { terms, subject } = share;
      const id = formatPatientRef(terms.custodian, terms.patient);
      if (list.has(id) || shareState(share, now()) !== 'active' || !meant(q, subject, '')) continue;
      list.set(id, {
        id,
        name: subject.name,
        birthDate: subject.birthDate,
        gender: subject.gender,
        custodian: await desk.organisation(terms.custodian),
        shared: true,
      });
    }
    return [...list.values()];
  };

  return async (request) => {
    const principal = await desk.principal(request);
    const query = (request.query as Readonly<Record<string, unknown>>)['q'];
    const q = typeof query === 'string' ? query.slice(0, MAX_QUERY).trim() : '';
    const asked: AccessRequest = { action: 'search', types: ['Patient'], custodian: organisation.id };
    const decision = await desk.decide(principal, asked);
    const page = await reader.search({
      space: 'own',
      types: ['Patient'],
      where: matchOf(desk, q),
      visibility: decision.visibility,
      order: { by: 'updated', descending: true },
      limit: LIMIT,
      withTotal: false,
    });
    const own = page.records.map(listedOf).filter(({ listed, identifiers }) => meant(q, listed, identifiers));
    // Shares are made with an organisation's clinicians: nobody else gets their names listed.
    const others = principal.role === 'clinician' ? await shared(q) : [];
    // Names of shared patients come from their custodians: logged under the share, and reported to them.
    for (const other of others) {
      const [custodian, patient] = other.id.split('~') as [string, string];
      const about: AccessRequest = { action: 'read', types: ['Patient'], custodian, patient };
      const touched = [{ patient, counts: { Patient: 1 } }];
      unwrap(
        await desk.releaseGeneral(principal, about, await desk.decide(principal, about), { what: words.listed, touched, answer: () => undefined }),
      );
      sharing.reportTo(custodian);
    }
    const touched: Touched[] = own.map(({ listed }) => ({ patient: listed.id, counts: { Patient: 1 } }));
    return desk.releaseGeneral<PatientList>(principal, asked, decision, {
      what: words.listed,
      touched,
      answer: () => ({ patients: [...others, ...own.map(({ listed }) => listed)].toSorted((a, b) => a.name.localeCompare(b.name, 'en')) }),
    });
  };
}
