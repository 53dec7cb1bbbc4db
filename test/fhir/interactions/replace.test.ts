/** A record of two patients is not taken out of the one's record by somebody who sees only the other's. */
import { expect, test } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import type { Asked } from '../../../src/fhir/interactions/authorise.ts';
import type { FhirParts } from '../../../src/fhir/interactions/call.ts';
import { mayReplace } from '../../../src/fhir/interactions/prepare.ts';
import type { StoredVersion } from '../../../src/records/model.ts';

const parts = { base: 'http://127.0.0.1/fhir' } as FhirParts;
const seeing = (patients: 'all' | readonly string[]): Asked => ({ visibility: { patients, sharedTypes: [], withoutLabels: [] } }) as unknown as Asked;
const stored = (...patients: readonly string[]): StoredVersion => {
  const [subject, ...performer] = patients.map((id) => ({ reference: `Patient/${id}` }));
  const content = utf8(JSON.stringify({ resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' }, subject, performer }));
  return { type: 'Observation', id: 'o', space: 'own', version: 1, deleted: false, lastUpdated: 0, sequence: 0, content };
};

test.each([
  ['their own', ['alice'], ['alice'], true],
  ['their own and another’s', ['alice', 'bob'], ['alice'], false],
  ['both seen', ['alice', 'bob'], ['alice', 'bob'], true],
  ['every patient seen', ['alice', 'bob'], 'all', true],
] as const)('%s', (_title, of, seen, may) => {
  expect(mayReplace(parts, seeing(seen), stored(...of))).toBe(may);
});
