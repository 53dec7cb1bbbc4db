/** What the layers that know no FHIR must be told about FHIR content: handed to sharing, verification and repair. */
import { extractTerms } from '../fhir/index/extract.ts';
import type { ResourceJson } from '../fhir/index/elements.ts';
import { openContent } from '../fhir/interactions/content.ts';
import type { RecordKey, StoredVersion, Visibility } from '../records/model.ts';
import type { RecordReader } from '../records/ports.ts';
import type { Extract } from '../sharing/copy-store.ts';
import type { Subject } from '../sharing/stored-events.ts';

const EVERYTHING: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };
const LOCAL_REFERENCE = /^([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9.-]{1,64})$/;

/** Index terms, compartments, labels and sort date of a record, always the same for the same bytes. */
export const extractor =
  (ownBases: readonly string[]): Extract =>
  ({ content }) => {
    const { terms, compartments, labels, sortDate } = extractTerms(openContent(content) as ResourceJson, { ownBases });
    return { terms, compartments, labels, ...(sortDate === undefined ? {} : { sortDate }) };
  };

/** The records of the same server that a record refers to. */
export const referencesOf =
  (extract: Extract) =>
  (version: StoredVersion): readonly RecordKey[] =>
    extract(version).terms.edges.flatMap(({ target }) => {
      const [, type, id] = LOCAL_REFERENCE.exec(target) ?? [];
      return type !== undefined && id !== undefined ? [{ type, id }] : [];
    });

interface PatientJson {
  readonly name?: readonly { readonly use?: string; readonly text?: string; readonly family?: string; readonly given?: readonly string[] }[];
  readonly birthDate?: string;
  readonly gender?: string;
}

/** Who a patient of this organisation is; undefined when there is no such record. */
export const subjectsIn =
  (reader: Pick<RecordReader, 'read'>) =>
  async (id: string): Promise<Subject | undefined> => {
    const record = await reader.read('own', { type: 'Patient', id }, EVERYTHING);
    if (!record || record.deleted) return undefined;
    const patient = JSON.parse(Buffer.from(record.content).toString('utf8')) as PatientJson;
    const name = patient.name?.find(({ use }) => use === 'official') ?? patient.name?.[0];
    const family = name?.family ?? '';
    const given = name?.given?.join(' ') ?? '';
    return { name: name?.text ?? `${given} ${family}`.trim(), family, given, birthDate: patient.birthDate ?? '', gender: patient.gender ?? 'unknown' };
  };
