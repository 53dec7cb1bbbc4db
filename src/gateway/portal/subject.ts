/** Who a patient is, from their Patient record: what a grantee is told of a share, and what finds the requests that name them. */
import type { RecordReader } from '../../records/ports.ts';
import type { Subject } from '../../sharing/stored-events.ts';
import type { Demographics } from '../../sharing/terms.ts';
import { namesOf, parseResource, textAt, type Json } from './resource.ts';
import { words } from './words.ts';

async function patientOf(reader: Pick<RecordReader, 'read'>, patient: string): Promise<Json | undefined> {
  const stored = await reader.read('own', { type: 'Patient', id: patient }, { patients: [patient], sharedTypes: [], withoutLabels: [] });
  return stored && !stored.deleted ? parseResource(stored.content) : undefined;
}

export const subjectOf =
  (reader: Pick<RecordReader, 'read'>) =>
  async (patient: string): Promise<Subject | undefined> => {
    const resource = await patientOf(reader, patient);
    if (!resource) return undefined;
    const name = namesOf(resource)[0] ?? { full: words.noName, family: '', given: '' };
    return {
      name: name.full.slice(0, 256),
      family: name.family.slice(0, 128),
      given: name.given.slice(0, 128),
      birthDate: (textAt(resource, 'birthDate') ?? '').slice(0, 10),
      gender: (textAt(resource, 'gender') ?? 'unknown').slice(0, 16),
    };
  };

/** Every name under which somebody may ask for the patient. */
export async function demographicsOf(reader: Pick<RecordReader, 'read'>, patient: string): Promise<readonly Demographics[]> {
  const resource = await patientOf(reader, patient);
  const birthDate = textAt(resource, 'birthDate');
  if (!resource || birthDate === undefined) return [];
  return namesOf(resource).map(({ family, given }) => ({ family, given, birthDate }));
}
