/** Which patients an answer tells about, for the audit: read off the references in the stored JSON, without parsing it. */
import type { Touched } from '../../access/audit.ts';
import type { StoredVersion } from '../../records/model.ts';

const NEEDLE = Buffer.from('Patient/');
const MAX_ID = 64;

const isIdByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2e;

/** Ids of all patients that the JSON refers to. */
export function patientsIn(content: Uint8Array): readonly string[] {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const ids: string[] = [];
  for (let at = buffer.indexOf(NEEDLE); at >= 0; at = buffer.indexOf(NEEDLE, at + NEEDLE.length)) {
    const start = at + NEEDLE.length;
    let end = start;
    while (end < buffer.length && end - start <= MAX_ID && isIdByte(buffer[end]!)) end++;
    if (end === start || end - start > MAX_ID) continue;
    const id = buffer.toString('latin1', start, end);
    if (!ids.includes(id)) ids.push(id);
  }
  return ids;
}

/** Several lists as one: counts add up. */
export function touchedTogether(...lists: readonly (readonly Touched[])[]): readonly Touched[] {
  const byPatient = new Map<string | undefined, Record<string, number>>();
  for (const { patient, counts } of lists.flat()) {
    const sum = byPatient.get(patient) ?? {};
    for (const [type, count] of Object.entries(counts)) sum[type] = (sum[type] ?? 0) + count;
    byPatient.set(patient, sum);
  }
  if (byPatient.size > 1) byPatient.delete(undefined);
  return [...byPatient].map(([patient, counts]) => ({ patient, counts }));
}

export function touchedBy(records: readonly StoredVersion[]): readonly Touched[] {
  const byPatient = new Map<string | undefined, Record<string, number>>();
  const count = (patient: string | undefined, type: string): void => {
    let counts = byPatient.get(patient);
    if (!counts) byPatient.set(patient, (counts = {}));
    counts[type] = (counts[type] ?? 0) + 1;
  };
  for (const record of records) {
    const patients = record.type === 'Patient' ? [record.id] : patientsIn(record.content);
    if (patients.length === 0) count(undefined, record.type);
    for (const patient of patients) count(patient, record.type);
  }
  // Records that concern nobody (an organisation, a practitioner) need no entry of their own beside those of patients.
  if (byPatient.size > 1) byPatient.delete(undefined);
  return [...byPatient].map(([patient, counts]) => ({ patient, counts }));
}
