import { describe, expect, test } from 'vitest';
import { decide } from '../../src/access/decision.ts';
import type { Facts } from '../../src/access/facts.ts';
import { sandboxPolicy } from '../../src/access/policy/sandbox.ts';
import { cases, NOW, share, who } from './cases.ts';

const usual: Omit<Facts, 'principal'> = {
  now: NOW,
  ledgerAge: 1000,
  requester: 'active',
  custodian: 'active',
  shares: [],
  denies: [],
  policy: sandboxPolicy,
};

describe('the decision table', () => {
  test.each(cases)('$title → $expect', (row) => {
    const facts: Facts = { ...usual, ...row.facts };
    const frozen = JSON.stringify({ request: row.request, facts });
    const decision = decide(row.request, facts);
    const { visibility } = decision;
    expect(decision.effect === 'permit' ? 'permit' : decision.refusal?.code).toBe(row.expect);
    expect(decision.rule).toBe(row.rule);
    expect(visibility.patients).toEqual(row.patients ?? visibility.patients);
    expect(visibility.onlyTypes?.toSorted()).toEqual((row.onlyTypes ?? visibility.onlyTypes)?.toSorted());
    expect(visibility.withoutLabels).toEqual(expect.arrayContaining([...(row.withheld ?? [])]));
    expect(visibility.withoutLabels.filter((label) => row.shown?.includes(label))).toEqual([]);
    expect(decision.exception).toBe(row.exception);
    // Pure: nothing changed, and the same again.
    expect(JSON.stringify({ request: row.request, facts })).toBe(frozen);
    expect(decide(row.request, facts)).toEqual(decision);
    expect(decision.explanation.length).toBeGreaterThan(0);
    expect(decision.basis.words).not.toBe('');
    expect(decision.ruleVersions).toEqual({ rules: '1', 'policy:sandbox': sandboxPolicy.version });
  });

  test.each(cases.filter(({ expect: outcome }) => outcome !== 'permit'))('$title: nothing is visible, and the next step is named', (row) => {
    const decision = decide(row.request, { ...usual, ...row.facts });
    expect(decision.visibility).toEqual({ patients: [], sharedTypes: [], withoutLabels: [], onlyTypes: [] });
    expect(decision.refusal?.hint).toBeTruthy();
  });

  test('a rule that cannot be evaluated denies', () => {
    const broken = new Proxy(share(), {
      get: () => {
        throw new Error('unreadable');
      },
    });
    const decision = decide(
      { action: 'read', types: [], custodian: 'a', patient: 'p1' },
      { ...usual, principal: who('clinician', 'b'), shares: [broken] },
    );
    expect(decision).toMatchObject({ effect: 'deny', rule: 'patient-permits', refusal: { code: 'access.no-basis' } });
  });

  test('the basis names the share in words', () => {
    const decision = decide(
      { action: 'read', types: [], custodian: 'a', patient: 'p1' },
      { ...usual, principal: who('clinician', 'b'), shares: [share()] },
    );
    expect(decision.basis.words).toBe('The patient shared the record with them on 2 May 2026, until 4 May 2026');
    expect(decision.grantId).toBe(share().grantId);
    expect(decision.obligations).toContain('log-at-both-ends');
  });
});
