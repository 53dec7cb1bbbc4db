import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditContent } from '../../src/access/audit.ts';
import { patientTerm } from '../../src/access/audit.ts';
import { openReleased } from '../../src/access/release.ts';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { ShareRequest } from '../../src/contract/portal.ts';
import { shareState, type StoredShare } from '../../src/sharing/custodian/share-book.ts';
import { stopServersAfterwards } from '../support/postgres.ts';
import { ana, condition, observation, sensitive, startNetwork, wholeRecord, type TestNetwork, type TestNode } from './network.ts';
import { eventually } from '../support/eventually.ts';

stopServersAfterwards();
let network: TestNetwork;
let alpha: TestNode;
let beta: TestNode;

beforeAll(async () => {
  network = await startNetwork('alpha', 'beta', 'gamma');
  alpha = network.nodes['alpha']!;
  beta = network.nodes['beta']!;
  await alpha.put(ana);
  await alpha.put({ ...ana, id: 'p2', name: [{ family: 'Other', given: ['Olga'] }] });
  await alpha.put({ resourceType: 'Practitioner', id: 'dr', name: [{ family: 'House' }] });
  await alpha.put({ resourceType: 'Practitioner', id: 'unrelated', name: [{ family: 'Nobody' }] });
  await alpha.put(observation('o1', 6, { performer: [{ reference: 'Practitioner/dr' }] }));
  await alpha.put(observation('o1', 7, { performer: [{ reference: 'Practitioner/dr' }] }), 2);
  await alpha.put(observation('secret', 5, sensitive));
  await alpha.put(condition('c1'));
  await alpha.put({ ...observation('foreign', 1), subject: { reference: 'Patient/p2' } });
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
});

const open = async (wanted: ShareRequest): Promise<StoredShare> =>
  openReleased(unwrap(await alpha.sharing.shares.open(alpha.patient('p1'), 'p1', wanted)));
const stop = async (share: StoredShare): Promise<StoredShare> =>
  openReleased(unwrap(await alpha.sharing.shares.stop(alpha.patient('p1'), 'p1', share.terms.grantId)));
const openAtBeta = (patient = 'p1') => beta.sharing.openCopy(beta.clinician(), 'alpha', patient);
const heard = (share: StoredShare) =>
  eventually(async () => (await beta.sharing.incoming.all()).find(({ terms }) => terms.grantId === share.terms.grantId));
const accesses = async (node: TestNode, term = patientTerm('alpha', 'alpha', 'p1')): Promise<readonly (AuditContent & { sequence: number })[]> =>
  (await node.records.reader.events(['audit'], term, { limit: 500 })).events.map((event) => ({
    ...(JSON.parse(fromUtf8(event.content)) as AuditContent),
    sequence: event.sequence,
  }));
const names = (records: readonly { type: string; id: string; version: number }[]) =>
  records.map(({ type, id, version }) => `${type}/${id}/${version}`).toSorted();

describe('reading across organisations', () => {
  test('without a basis it is refused, with the reason and how to ask; the patient sees nothing released', async () => {
    const refused = await openAtBeta();
    expect(refused).toMatchObject({ ok: false, error: { code: 'access.no-basis', hint: expect.stringContaining('request access') } });
    const own = await accesses(beta, patientTerm('beta', 'alpha', 'p1'));
    expect(own[0]).toMatchObject({ outcome: 'refused', who: { name: 'Dr Lee' }, refusal: { code: 'access.no-basis' } });
  });

  test('an unknown patient is refused in the same words as one who has not shared', async () => {
    const known = await openAtBeta('p1');
    const unknown = await openAtBeta('nobody-at-all');
    expect(unknown).toEqual(known);
  });

  test('shared: the whole record is read, verified and kept; both ends hold an entry', async () => {
    // Everything so far gets onto the ledger, so that it can be proven.
    await alpha.records.anchoring!.anchorNow();
    const share = await open(wholeRecord('beta'));
    await heard(share);
    const opened = unwrap(await openAtBeta());
    // o1 twice, c1, the patient, the practitioner they name; not the sensitive one, not another patient's, not unrelated people.
    expect(opened.fetched).toMatchObject({ versions: 5, kept: 5, proven: 5 });
    const copies = await beta.all('alpha', 'p1');
    expect(names(copies)).toEqual(['Condition/c1/1', 'Observation/o1/2', 'Patient/p1/1']);
    const visibility = opened.decision.visibility;
    expect(await beta.records.reader.read('alpha', { type: 'Practitioner', id: 'dr' }, visibility)).toBeDefined();
    expect(await beta.records.reader.read('alpha', { type: 'Practitioner', id: 'unrelated' }, visibility)).toBeUndefined();
    const original = await alpha.records.reader.read(
      'own',
      { type: 'Observation', id: 'o1' },
      { patients: 'all', sharedTypes: [], withoutLabels: [] },
    );
    const copy = copies.find(({ id }) => id === 'o1')!;
    expect(fromUtf8(copy.content)).toBe(fromUtf8(original!.content));
    expect(copy.origin).toMatchObject({ organisation: 'alpha', sequence: original!.sequence });
    expect((await openAtBeta()).ok && unwrap(await openAtBeta()).fetched).toBeUndefined();
    // The custodian's log, in the patient's words.
    const at = (await accesses(alpha)).find(({ what }) => what.words.startsWith('Read your record'));
    expect(at).toMatchObject({
      who: { kind: 'person', name: 'Dr Lee', role: 'clinician' },
      organisation: { id: 'beta', name: 'Beta Clinic' },
      what: { words: 'Read your record: 5 entries sent to their copy' },
      purpose: { words: 'Treatment' },
      outcome: 'released',
      grant: share.terms.grantId,
    });
    expect(at!.basis.words).toMatch(/^The patient shared the record with them on /);
    // And the grantee's own entry, with the custodian holding its signed receipt.
    expect((await beta.records.reader.events(['disclosure'], `copy\u0000${share.terms.grantId}`, { limit: 1 })).events).toHaveLength(1);
    expect((await alpha.records.reader.events(['disclosure'], `copy\u0000${share.terms.grantId}`, { limit: 1 })).events).toHaveLength(1);
    await stop(share);
  });

  test.each(['fail', 'throw'] as const)('a log that cannot be written (%s): nothing is released', async (fault) => {
    const share = await open(wholeRecord('beta'));
    await heard(share);
    let copiesBefore = (await beta.all('alpha', 'p1')).length;
    alpha.fault = fault;
    const refused = await openAtBeta();
    alpha.fault = 'none';
    expect(refused).toMatchObject({ ok: false, error: { code: 'access.audit-failed' } });
    expect((await beta.all('alpha', 'p1')).length).toBe(copiesBefore);
    copiesBefore = (await accesses(alpha)).length;
    unwrap(await openAtBeta());
    expect((await accesses(alpha)).length).toBe(copiesBefore + 1);
    await stop(share);
  });

  test('the custodian’s entry is durable before the grantee has anything', async () => {
    const share = await open(wholeRecord('beta'));
    await heard(share);
    const order: string[] = [];
    const audited = new Promise<void>((done) => {
      alpha.beforeAppend = (unit) => {
        if (!unit.events.some((event) => event.kind === 'audit')) return;
        order.push('custodian logs');
        done();
      };
    });
    beta.beforeAppend = (unit) => {
      if (unit.events.some((event) => event.kind === 'disclosure')) order.push('grantee keeps');
    };
    unwrap(await openAtBeta());
    await audited;
    alpha.beforeAppend = beta.beforeAppend = () => undefined;
    expect(order).toEqual(['custodian logs', 'grantee keeps']);
    await stop(share);
  });
});

describe('what a share covers', () => {
  const seen = async (wanted: ShareRequest) => {
    const share = await open(wanted);
    await heard(share);
    const { decision } = unwrap(await openAtBeta());
    const page = await beta.records.reader.compartment('alpha', 'p1', { ...decision.visibility, sharedTypes: [] }, { limit: 100 });
    await stop(share);
    return names(page.records).map((name) => name.split('/').slice(0, 2).join('/'));
  };

  test('categories', async () => {
    expect(await seen(wholeRecord('beta', { categories: ['results'] }))).toEqual(['Observation/o1', 'Patient/p1']);
    expect(await seen(wholeRecord('beta', { categories: ['diagnoses'] }))).toEqual(['Condition/c1', 'Patient/p1']);
    expect(await seen(wholeRecord('beta', { categories: ['results', 'diagnoses'] }))).toEqual(['Condition/c1', 'Observation/o1', 'Patient/p1']);
  });

  test('sensitive records only when asked for', async () => {
    expect(await seen(wholeRecord('beta', { includeSensitive: true }))).toContain('Observation/secret');
    expect(await seen(wholeRecord('beta'))).not.toContain('Observation/secret');
  });

  test('the custodian, not the grantee, holds back: what is not shared never travels', async () => {
    const fresh = await startNetwork('alpha', 'beta');
    try {
      const { alpha: custodian, beta: grantee } = fresh.nodes as { alpha: TestNode; beta: TestNode };
      await custodian.put(ana);
      await custodian.put(observation('secret', 5, sensitive));
      await custodian.put(condition('c1'));
      unwrap(await custodian.sharing.shares.open(custodian.patient('p1'), 'p1', wholeRecord('beta', { categories: ['results'] })));
      await eventually(async () => (await grantee.sharing.incoming.all()).length === 1);
      unwrap(await grantee.sharing.openCopy(grantee.clinician(), 'alpha', 'p1'));
      expect(names(await grantee.all('alpha', 'p1'))).toEqual(['Patient/p1/1']);
    } finally {
      await fresh[Symbol.asyncDispose]();
    }
  });

  test.each<[string, Partial<ShareRequest>]>([
    ['the own organisation', { organisationId: 'alpha' }],
    ['an unknown organisation', { organisationId: 'nobody' }],
    ['a day in the past', { until: '2020-01-01' }],
    ['a day that is none', { until: '2027-02-30' }],
    ['nothing at all', { categories: [] }],
    ['a hundred years', { until: '2126-01-01' }],
  ])('refused: %s', async (_title, change) => {
    expect(await alpha.sharing.shares.open(alpha.patient('p1'), 'p1', wholeRecord('beta', change))).toMatchObject({
      ok: false,
      error: { code: 'sharing.invalid' },
    });
  });

  test('nobody shares somebody else’s record', async () => {
    expect(await alpha.sharing.shares.open(alpha.patient('p2'), 'p1', wholeRecord('beta'))).toMatchObject({
      ok: false,
      error: { code: 'access.role' },
    });
    expect(await alpha.sharing.shares.open(alpha.clinician(), 'p1', wholeRecord('beta'))).toMatchObject({
      ok: false,
      error: { code: 'access.role' },
    });
    expect((await alpha.sharing.outgoing.of('p1')).every((share) => shareState(share, Date.now()) !== 'active')).toBe(true);
  });

  test('the ledger shows neither patient nor parties nor purpose', async () => {
    const share = await open(wholeRecord('beta'));
    const block = await network.ledger.block(share.grant.openedHeight);
    const text = Buffer.from(block!.bytes).toString('latin1');
    for (const secret of ['beta', 'treatment', 'Ana', 'everything']) expect(text).not.toContain(secret);
    await stop(share);
  });
});
