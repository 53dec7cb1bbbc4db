import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorValue } from '../../src/ledger/anchors/state.ts';
import { headerFields } from '../../src/ledger/block/header.ts';
import { ballotValue, tallyValue } from '../../src/ledger/ballots/state.ts';
import { upgradeFields } from '../../src/ledger/governance/operations.ts';
import { protocolValue } from '../../src/ledger/governance/protocol-version.ts';
import { proposalCountValue, proposalValue } from '../../src/ledger/governance/state.ts';
import { genesisFields, previousFields } from '../../src/ledger/genesis/genesis.ts';
import { grantValue } from '../../src/ledger/grants/state.ts';
import { memberFields } from '../../src/ledger/membership/operations.ts';
import { memberEventFields } from '../../src/ledger/membership/history.ts';
import { authorityValue, electorateValue, memberValue, signerValue } from '../../src/ledger/membership/state.ts';
import { operationSchemas } from '../../src/ledger/operations.ts';
import { policyFields } from '../../src/ledger/policy/policy.ts';
import { fieldClasses, operationField, type Field, type Fields } from '../../src/ledger/schema/fields.ts';
import { decodeTransaction } from '../../src/ledger/transaction/transaction.ts';
import { bodyFields, envelopeFields } from '../../src/ledger/transaction/schema.ts';
import { validatorFields } from '../../src/ledger/validators/fields.ts';
import { consensusKeyValue, validatorValue } from '../../src/ledger/validators/state.ts';
import { openGrant, rawBody, signRaw } from '../support/ledger.ts';

/** Everything that is written to the ledger, by the place it stands in. */
const schemas: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['transaction', bodyFields],
  ['transaction envelope', envelopeFields],
  ['block header', headerFields],
  ['genesis', genesisFields],
  ['genesis previous', previousFields],
  ['genesis member', memberFields],
  ['genesis validator', validatorFields],
  ['policy', policyFields],
  ['state: authority', authorityValue.fields],
  ['state: signer', signerValue.fields],
  ['state: validator', validatorValue.fields],
  ['state: consensus key', consensusKeyValue.fields],
  ['state: electorate', electorateValue.fields],
  ['state: event of a member', memberEventFields],
  ['state: proposal', proposalValue.fields],
  ['state: proposals', proposalCountValue.fields],
  ['state: ballot', ballotValue.fields],
  ['state: tally', tallyValue.fields],
  ['state: protocol', protocolValue.fields],
  ['upgrade', upgradeFields],
  ['state: member', memberValue.fields],
  ['state: anchor', anchorValue.fields],
  ['state: grant', grantValue.fields],
  ...Array.from(operationSchemas, ([name, schema]) => [`operation ${name}`, schema.fields] as [string, Fields]),
]);

/** What a field of a class may look like. Free text can say anything, so only what members know of one another may be text. */
const allowed: Readonly<Record<string, (field: Field) => boolean>> = {
  random: (field) => field.kind === 'bytes' && field.min === field.max && field.max <= 32,
  commitment: (field) => field.kind === 'bytes' && field.min === 32 && field.max === 32,
  key: (field) => field.kind === 'bytes',
  counter: (field) => field.kind === 'integer',
  time: (field) => field.kind === 'integer',
  member: (field) => field.kind === 'text' || field.kind === 'choice',
  proof: (field) => field.kind === 'bytes' && field.max <= 64,
  // An operation within one is a code for what stands in its fields; those are looked at where the ledger lists its operations.
  code: (field) =>
    (field.kind === 'choice' && field.of.length > 0) ||
    (field.kind === 'operation' && field.of.every(({ name, fields }) => operationSchemas.get(name)?.fields === fields)),
};

/** Texts may stand here and nowhere else; a new one has to be argued for in a change of this list. */
const texts = new Set([
  'transaction.chainId',
  'block header.chainId',
  'genesis.chainId',
  'genesis previous.chainId',
  ...['genesis validator', 'state: signer', 'state: validator', 'state: consensus key'].map((place) => `${place}.org`),
  ...['genesis member', 'state: member', 'operation membership.admit'].flatMap((place) => [`${place}.org`, `${place}.name`]),
  ...['suspend', 'reinstate', 'leave', 'rotate-keys'].map((action) => `operation membership.${action}.org`),
  'operation validators.set.org',
  'state: proposal.org',
  'operation anchors.anchor.org',
]);

describe('P1: the ledger tells nothing about people', () => {
  it('has schemas to look at', () => {
    expect(operationSchemas.size).toBeGreaterThanOrEqual(6);
    expect(new Set(Array.from(operationSchemas.values(), ({ module }) => module))).toEqual(
      new Set(['membership', 'validators', 'governance', 'anchors', 'grants']),
    );
  });

  for (const [place, fields] of schemas)
    for (const [name, field] of Object.entries(fields))
      it(`${place}.${name} is classified and can tell no more than its class allows`, () => {
        expect(fieldClasses).toContain(field.class);
        expect(field.about).not.toBe('');
        expect(allowed[field.class]!(field), `${field.kind} is not a form of class ${field.class}`).toBe(true);
        if (field.kind === 'text') expect(texts, 'a text outside the list').toContain(`${place}.${name}`);
      });

  it('looks at every set of fields that the ledger defines', async () => {
    const looked = new Set<unknown>(schemas.values());
    const folder = path.join(import.meta.dirname, '../../src/ledger');
    const isFields = (value: unknown): boolean =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).length > 0 &&
      Object.values(value).every((field) => typeof (field as Partial<Field> | null)?.kind === 'string' && 'class' in (field as object));
    const found: string[] = [];
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')))
      for (const [name, value] of Object.entries((await import(path.join(folder, file))) as Record<string, unknown>)) {
        // A schema by itself, or within an operation or a value of the state.
        const fields = isFields(value) ? value : (value as { readonly fields?: unknown } | undefined)?.fields;
        if (isFields(fields)) found.push(`${file} ${name}${looked.has(fields) ? '' : ': not looked at'}`);
      }
    expect(found.length).toBeGreaterThanOrEqual(schemas.size - 1);
    expect(found.filter((one) => one.endsWith('not looked at'))).toEqual([]);
  });

  it('refuses a field outside the schema, in every operation', () => {
    const decoded = decodeTransaction(signRaw('hospital', rawBody('hospital'), [{ ...openGrant(), patient: 'Jane Doe' }]));
    expect(decoded).toMatchObject({
      ok: false,
      error: { code: 'ledger.malformed', message: expect.stringContaining('outside its schema: patient') },
    });
  });

  it('refuses an operation that no schema describes', () => {
    const unknown = signRaw('hospital', rawBody('hospital'), [{ op: 'notes.write', text: 'hello' }]);
    expect(decodeTransaction(unknown)).toMatchObject({ ok: false, error: { code: 'ledger.unknown-operation' } });
  });

  const nested: Readonly<Record<string, unknown>> = {
    'a field outside its schema': { op: 'membership.suspend', org: 'clinic', reason: 'Jane Doe was harmed' },
    'a lacking field': { op: 'membership.suspend' },
    'an operation that nobody decides on': openGrant(),
    'a proposal within a proposal': { op: 'governance.propose', action: { op: 'membership.suspend', org: 'clinic' } },
    'no operation': null,
    'a list': [],
    text: 'suspend the clinic',
  };
  for (const [what, action] of Object.entries(nested))
    it(`refuses ${what} within an operation`, () => {
      const decoded = decodeTransaction(signRaw('hospital', rawBody('hospital'), [{ op: 'governance.propose', action }]));
      expect(decoded).toMatchObject({ ok: false, error: { code: 'ledger.malformed' } });
    });

  it('lets no operation be nested that has operations of its own', () => {
    const field = operationField([], 'nested');
    expect(() => operationField([{ name: 'test.nested', fields: { field } }], 'outer')).toThrow(TypeError);
  });
});
