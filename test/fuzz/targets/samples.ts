/** One operation of each kind with plausible fields, made from the schemas: a new operation is here by itself. */
import type { Operation } from '../../../src/ledger/operations.ts';
import { operationSchemas } from '../../../src/ledger/operations.ts';
import type { Field, Fields } from '../../../src/ledger/schema/fields.ts';
import { seedOf, transactionOf } from '../../support/ledger.ts';

const SALT = new Uint8Array(8);

/** Texts that some pattern of the schemas takes; the first that fits is used. */
const TEXTS = ['hospital', 'The hospital', 'test-ledger', '1.2.3', 'a'.repeat(40)];

function sampleValue(field: Field, label: string): unknown {
  switch (field.kind) {
    case 'bytes':
      return repeated(label, Math.min(field.max, Math.max(field.min, 40)));
    case 'integer':
      return Math.min(field.max, 20_000);
    case 'text':
      return TEXTS.find((text) => text.length <= field.max && field.pattern.test(text));
    case 'choice':
      return field.of[0];
    case 'operation':
      return sampleFields(field.of[label.length % field.of.length]!.fields, label);
  }
}

const sampleFields = (fields: Fields, label: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sampleValue(field, `${label} ${name}`)]));

export const sampleOperations = (): readonly Operation[] =>
  Array.from(operationSchemas.values(), ({ name, fields }) => sampleFields(fields, name) as unknown as Operation);

/** Each operation by itself, and all of them as one batch. */
export const signedSamples = (): readonly Uint8Array[] => {
  const operations = sampleOperations();
  return [...operations.map((operation) => [operation]), operations, [...operations, ...operations, ...operations]].map((batch) =>
    transactionOf('hospital', batch, { salt: SALT }),
  );
};

function repeated(label: string, length: number): Uint8Array {
  const seed = seedOf(label);
  return Uint8Array.from({ length }, (_, i) => seed[i % 32]!);
}
