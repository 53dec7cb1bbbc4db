import { describe, expect, test } from 'vitest';
import type { AuditContent } from '../../src/access/audit.ts';
import { decide } from '../../src/access/decision.ts';
import { sandboxPolicy } from '../../src/access/policy/sandbox.ts';
import { isReleased, openReleased, release, Released } from '../../src/access/release.ts';
import { codedError, defineErrors } from '../../src/base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../src/base/result.ts';
import { fromUtf8, utf8 } from '../../src/base/bytes.ts';
import type { Unit, Written } from '../../src/records/model.ts';
import { NOW, who } from './cases.ts';

const errors = defineErrors({
  'test.full': { status: 500, issue: 'x', message: 'full', hint: '' },
  'test.conflict': { status: 409, issue: 'x', message: 'c', hint: '' },
});

/** A writer that tells when its unit became durable, and that can fail. */
function writer(behaviour: 'durable' | 'fails' | 'throws' = 'durable') {
  const units: Unit[] = [];
  let next = 100;
  return {
    units,
    async append(unit: Unit): Promise<Result<Written>> {
      await new Promise((done) => setTimeout(done, 5));
      if (behaviour === 'throws') throw new Error('disk is gone');
      if (behaviour === 'fails') return fail(codedError(errors, 'test.full'));
      units.push(unit);
      return ok({ sequences: [...unit.versions, ...unit.events].map(() => next++) });
    },
  };
}

const principal = who('clinician', 'a');
const request = { action: 'search', types: ['Observation'], custodian: 'a' } as const;
const facts = { now: NOW, ledgerAge: 0, principal, requester: 'active', custodian: 'active', shares: [], denies: [], policy: sandboxPolicy } as const;
const permit = decide(request, facts);
const deny = decide({ ...request, purpose: 'research' }, facts);
const audit = {
  request,
  principal,
  decision: permit,
  time: NOW,
  organisationName: 'City Hospital',
  through: 'fhir',
  touched: [
    { patient: 'p1', counts: { Observation: 3, Encounter: 1 } },
    { patient: 'p2', counts: { Observation: 1 } },
  ],
} as const;
const contents = (unit: Unit) => unit.events.map((event) => JSON.parse(fromUtf8(event.content)) as AuditContent);

describe('log before release', () => {
  test('the answer is built after the audit events are durable: one per patient', async () => {
    const store = writer();
    let unitsWhenAnswered = -1;
    const result = await release(store, 'a', {
      audit,
      answer: () => {
        unitsWhenAnswered = store.units.length;
        return 'bytes';
      },
    });
    expect(unitsWhenAnswered).toBe(1);
    const released = unwrap(result);
    expect(isReleased(released)).toBe(true);
    expect(openReleased(released)).toBe('bytes');
    expect(released.auditSequences).toEqual([100, 101]);
    const [first, second] = contents(store.units[0]!);
    expect(first).toMatchObject({
      patient: 'p1',
      outcome: 'released',
      who: { kind: 'person', role: 'clinician' },
      organisation: { name: 'City Hospital' },
      what: { words: 'Looked up 3 results and 1 visit' },
      purpose: { code: 'TREAT', words: 'Treatment' },
      basis: { code: '45-CFR-164.506(c)', rule: 'organisation-policy:clinician-treatment' },
    });
    expect(second).toMatchObject({ patient: 'p2', what: { words: 'Looked up 1 result' } });
    expect(store.units[0]!.events[0]).toMatchObject({
      kind: 'audit',
      patient: 'p1',
      tokens: ['actor\u0000clinician-1', 'day\u00002026-05-03', 'patient\u0000p1'],
    });
  });

  test.each(['fails', 'throws'] as const)('a log that %s releases nothing', async (behaviour) => {
    let built = false;
    const result = await release(writer(behaviour), 'a', {
      audit,
      answer: () => {
        built = true;
        return 'bytes';
      },
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'access.audit-failed' } });
    expect(built).toBe(false);
  });

  test('a refusal is logged and nothing is built', async () => {
    const store = writer();
    const result = await release(store, 'a', { audit: { ...audit, decision: deny, touched: [] }, answer: () => 'bytes' });
    expect(result).toMatchObject({ ok: false, error: { code: 'access.role' } });
    expect(contents(store.units[0]!)).toMatchObject([
      { outcome: 'refused', refusal: { code: 'access.role' }, what: { words: 'Tried to look up the record' } },
    ]);
  });

  test('a refused request writes nothing of its own', async () => {
    const store = writer();
    const event = { kind: 'notice', content: utf8('{}'), time: NOW, patient: undefined, tokens: [] } as const;
    await release(store, 'a', {
      audit: { ...audit, decision: deny, touched: [] },
      unit: { versions: [], events: [event], guards: [] },
      answer: () => 0,
    });
    expect(store.units[0]!.events.map((each) => each.kind)).toEqual(['audit']);
  });

  test('what is written and its audit are one unit', async () => {
    const store = writer();
    const event = { kind: 'notice', content: utf8('{}'), time: NOW, patient: undefined, tokens: [] } as const;
    const result = await release(store, 'a', { audit, unit: { versions: [], events: [event], guards: [] }, answer: (written) => written.sequences });
    expect(store.units).toHaveLength(1);
    expect(store.units[0]!.events.map((each) => each.kind)).toEqual(['notice', 'audit', 'audit']);
    expect(openReleased(unwrap(result))).toEqual([100]);
  });

  test('a request that touches very many patients is logged for each, before its release', async () => {
    const store = writer();
    const touched = Array.from({ length: 1203 }, (_, index) => ({ patient: `p${index}`, counts: { Patient: 1 } }));
    const result = await release(store, 'a', { audit: { ...audit, touched }, answer: () => store.units.flatMap((unit) => unit.events).length });
    expect(openReleased(unwrap(result))).toBe(1203);
  });

  test('nobody else can make a released answer', () => {
    expect(() => new Released(Symbol('release'), 'bytes', [])).toThrow(TypeError);
    expect(isReleased(Object.create(Released.prototype) as unknown)).toBe(false);
    expect(() => openReleased(Object.create(Released.prototype) as Released<string>)).toThrow(TypeError);
  });
});
