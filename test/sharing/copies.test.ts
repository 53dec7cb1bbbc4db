import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patientTerm, type AuditContent } from '../../src/access/audit.ts';
import { openReleased } from '../../src/access/release.ts';
import { equalBytes, fromUtf8, utf8 } from '../../src/base/bytes.ts';
import { CodedException, ok, unwrap } from '../../src/base/result.ts';
import type { ShareRequest } from '../../src/contract/portal.ts';
import { commitment, contentHash, leafHash } from '../../src/ledger/proofs/commitment.ts';
import { sentCheck } from '../../src/sharing/grantee/check-sent.ts';
import { copySource } from '../../src/sharing/custodian/copy-source.ts';
import { askEvidence } from '../../src/sharing/evidence.ts';
import { methods } from '../../src/sharing/messages/messages.ts';
import { sealPage } from '../../src/sharing/messages/page.ts';
import { grantBytes } from '../../src/sharing/messages/share-terms.ts';
import type { StoredShare } from '../../src/sharing/custodian/share-book.ts';
import { stopServersAfterwards } from '../support/postgres.ts';
import { ana, condition, observation, startNetwork, wholeRecord, type TestNetwork, type TestNode } from './network.ts';
import { eventually } from '../support/eventually.ts';

stopServersAfterwards();
let network: TestNetwork;
let beta: () => TestNode;
let alpha: () => TestNode;
let version = 1;

beforeAll(async () => {
  network = await startNetwork('alpha', 'beta', 'gamma');
  alpha = () => network.nodes['alpha']!;
  beta = () => network.nodes['beta']!;
  await alpha().put(ana);
  await alpha().put(observation('o1', 6));
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
});

const machine = { id: 'm', kind: 'machine', name: 'm', role: 'system' } as const;
const openCopy = () => beta().sharing.openCopy(beta().clinician(), 'alpha', 'p1');
const stop = async (share: StoredShare) => openReleased(unwrap(await alpha().sharing.shares.stop(alpha().patient('p1'), 'p1', share.terms.grantId)));
const share = async (change: Partial<ShareRequest> = {}): Promise<StoredShare> => {
  const opened = openReleased(unwrap(await alpha().sharing.shares.open(alpha().patient('p1'), 'p1', wholeRecord('beta', change))));
  await eventually(async () => (await beta().sharing.incoming.all()).some(({ terms }) => terms.grantId === opened.terms.grantId));
  unwrap(await openCopy());
  return opened;
};
const copyOf = async (type: string, id: string) => (await beta().all('alpha', 'p1')).find((each) => each.type === type && each.id === id);
const update = async (value: number) => alpha().put(observation('o1', value), ++version);
const arrived = (value: number, within = 2000) =>
  eventually(async () => {
    const copy = await copyOf('Observation', 'o1');
    return copy !== undefined && fromUtf8(copy.content).includes(`"value":${value},`) && copy;
  }, within);
const quiet = async () => {
  const before = (await beta().all('alpha', 'p1')).map(({ sequence }) => sequence).join();
  await new Promise((done) => setTimeout(done, 600));
  expect((await beta().all('alpha', 'p1')).map(({ sequence }) => sequence).join()).toBe(before);
};

describe('synchronised copies', () => {
  test('an update at the custodian is at the grantee within two seconds, byte for byte; new records and deletions too', async () => {
    const opened = await share();
    const began = performance.now();
    const sequence = await update(7);
    const copy = await arrived(7);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(copy.origin).toMatchObject({ organisation: 'alpha', sequence });
    await alpha().put(condition('c1'));
    await eventually(() => copyOf('Condition', 'c1'), 2000);
    unwrap(
      await alpha().sharing.writer.append({
        versions: [
          {
            space: 'own',
            type: 'Condition',
            id: 'c1',
            version: 2,
            deleted: true,
            content: new Uint8Array(0),
            lastUpdated: Date.now(),
            patient: 'p1',
            compartments: ['p1'],
            labels: [],
            terms: { tokens: [], edges: [] },
          },
        ],
        events: [],
        guards: [],
      }),
    );
    await eventually(async () => (await copyOf('Condition', 'c1')) === undefined, 2000);
    // A receipt of each delivery is in the custodian's log, and the patient's log tells of it.
    const log = (await alpha().records.reader.events(['audit'], patientTerm('alpha', 'alpha', 'p1'), { limit: 50 })).events.map(
      (event) => JSON.parse(fromUtf8(event.content)) as AuditContent,
    );
    expect(log.filter(({ what }) => what.words === 'Received 1 update to their copy of your record').length).toBe(3);
    expect(log[0]!.who).toMatchObject({ kind: 'machine' });
    await stop(opened);
  });

  test('other organisations and other patients get nothing', async () => {
    const opened = await share();
    await alpha().put({ ...ana, id: 'p3' });
    await update(8);
    await arrived(8);
    expect(await network.nodes['gamma']!.all('alpha', 'p1')).toEqual([]);
    expect(await beta().all('alpha', 'p3')).toEqual([]);
    await stop(opened);
  });

  test('a burst of updates arrives whole and in order', async () => {
    const opened = await share();
    const from = version;
    for (let value = 20; value < 60; value++) await update(value);
    await arrived(59, 4000);
    const history = await beta().records.reader.history(
      'alpha',
      { type: 'Observation', id: 'o1' },
      { limit: 200 },
      { patients: 'all', sharedTypes: [], withoutLabels: [] },
    );
    const values = history.records
      .slice(0, 40)
      .map(({ content }) => (JSON.parse(fromUtf8(content)) as { valueQuantity: { value: number } }).valueQuantity.value);
    expect(values).toEqual(Array.from({ length: 40 }, (_, i) => 59 - i));
    expect(version).toBe(from + 40);
    await stop(opened);
  });

  test('after the stop nothing more is pushed or read, at the custodian and at the grantee', async () => {
    const opened = await share();
    const stopped = await stop(opened);
    expect(stopped.grant.closedHeight).toBeGreaterThan(0);
    await update(70);
    await quiet();
    expect(await openCopy()).toMatchObject({ ok: false, error: { code: 'access.share-stopped' } });
    const { channel } = beta();
    const read = await channel.call({
      to: 'alpha',
      method: methods.read,
      who: { id: 'd', kind: 'person', name: 'D', role: 'clinician' },
      purpose: 'treatment',
      grant: grantBytes(opened.terms.grantId),
      body: (await import('../../src/sharing/messages/messages.ts')).encodeRead({ patient: 'p1', after: '' }),
    });
    expect(read).toMatchObject({ ok: false, error: { code: 'access.share-stopped' } });
    expect(await alpha().sharing.shares.stop(alpha().patient('p1'), 'p1', opened.terms.grantId)).toMatchObject({
      ok: false,
      error: { code: 'sharing.not-active' },
    });
  });

  test.each(['read', 'push'] as const)('a stop between the decision and the release of a %s: nothing leaves', async (kind) => {
    const opened = await share();
    let stopped: Promise<unknown> | undefined;
    alpha().beforeAppend = async (unit) => {
      const released = unit.events.some((event) => event.kind === 'audit' && fromUtf8(event.content).includes('"through":"network"'));
      if (!released || stopped) return;
      stopped = stop(opened);
      await stopped;
    };
    const seen = (await beta().all('alpha', 'p1')).map(({ sequence }) => sequence).join();
    if (kind === 'push') await update(69);
    else {
      const { encodeRead } = await import('../../src/sharing/messages/messages.ts');
      const who = { id: 'd', kind: 'person', name: 'D', role: 'clinician' } as const;
      const read = await beta().channel.call({
        to: 'alpha',
        method: methods.read,
        who,
        purpose: 'treatment',
        grant: grantBytes(opened.terms.grantId),
        body: encodeRead({ patient: 'p1', after: '' }),
      });
      expect(read).toMatchObject({ ok: false, error: { code: 'access.share-stopped' } });
    }
    await eventually(async () => stopped !== undefined && (await stopped.then(() => true)));
    await quiet();
    alpha().beforeAppend = () => undefined;
    expect((await beta().all('alpha', 'p1')).map(({ sequence }) => sequence).join()).toBe(seen);
  });

  test('a custodian that has been asked to stop releases nothing, even while the ledger is down', async () => {
    const opened = await share();
    const submit = network.ledger.submit;
    Object.assign(network.ledger, { submit: async () => ({ ok: false, error: { code: 'ledger.expired', message: 'down' } }) });
    const stopping = await alpha().sharing.shares.stop(alpha().patient('p1'), 'p1', opened.terms.grantId);
    Object.assign(network.ledger, { submit });
    expect(stopping.ok).toBe(false);
    await update(71);
    await quiet();
    const read = await beta().channel.call({
      to: 'alpha',
      method: methods.read,
      who: { id: 'd', kind: 'person', name: 'D', role: 'clinician' },
      purpose: 'treatment',
      grant: grantBytes(opened.terms.grantId),
      body: (await import('../../src/sharing/messages/messages.ts')).encodeRead({ patient: 'p1', after: '' }),
    });
    expect(read).toMatchObject({ ok: false, error: { code: 'access.share-stopped' } });
    // Brought to the ledger later: after a restart at the latest.
    await alpha().restart();
    await eventually(
      async () => (await alpha().sharing.outgoing.of('p1')).find(({ terms }) => terms.grantId === opened.terms.grantId)!.grant.closedHeight > 0,
    );
  });

  test('narrowing: the copy goes on under the new share, and shows less', async () => {
    const opened = await share();
    await alpha().put(condition('c2'));
    await eventually(() => copyOf('Condition', 'c2'), 2000);
    const narrowed = openReleased(
      unwrap(
        await alpha().sharing.shares.change(alpha().patient('p1'), 'p1', opened.terms.grantId, wholeRecord('beta', { categories: ['results'] })),
      ),
    );
    expect(narrowed.terms.replaces).toBe(opened.terms.grantId);
    await eventually(async () => (await beta().sharing.incoming.all()).some(({ terms }) => terms.grantId === narrowed.terms.grantId));
    const { decision } = unwrap(await openCopy());
    expect(decision.grantId).toBe(narrowed.terms.grantId);
    const page = await beta().records.reader.compartment('alpha', 'p1', { ...decision.visibility, sharedTypes: [] }, { limit: 50 });
    expect(page.records.map(({ type }) => type).toSorted()).toEqual(['Observation', 'Patient']);
    await update(80);
    await arrived(80);
    await alpha().put(condition('c3'));
    await quiet();
    expect(await copyOf('Condition', 'c3')).toBeUndefined();
    await stop(narrowed);
  });

  test('a grantee that is away catches up when it is back, and so does a custodian that crashed', async () => {
    const opened = await share();
    await beta().server.close();
    await update(90);
    await alpha().restart();
    await update(91);
    await beta().restart();
    await arrived(91, 8000);
    const history = await beta().records.reader.history(
      'alpha',
      { type: 'Observation', id: 'o1' },
      { limit: 3 },
      { patients: 'all', sharedTypes: [], withoutLabels: [] },
    );
    expect(history.records.slice(0, 2).map(({ content }) => fromUtf8(content).includes('"value":90,'))).toEqual([false, true]);
    await stop(opened);
  }, 20_000);

  test('accesses to the copy come back into the patient’s log at the custodian', async () => {
    const opened = await share();
    const { decision, request } = unwrap(await openCopy());
    const principal = beta().clinician('Dr Who');
    unwrap(
      await beta().sharing.access.release({
        principal,
        request,
        decision,
        through: 'portal',
        touched: [{ patient: 'p1', counts: { Observation: 1 } }],
        what: 'Opened their copy of the record',
        answer: () => 1,
      }),
    );
    beta().sharing.reportTo('alpha');
    const log = () => alpha().records.reader.events(['audit'], patientTerm('alpha', 'alpha', 'p1'), { limit: 20 });
    const reported = await eventually(async () =>
      (await log()).events.map((event) => JSON.parse(fromUtf8(event.content)) as AuditContent).find(({ who }) => who.name === 'Dr Who'),
    );
    expect(reported).toMatchObject({
      reportedBy: 'beta',
      organisation: { id: 'beta', name: 'Beta Clinic' },
      what: { words: 'Opened their copy of the record' },
      outcome: 'released',
      who: { id: 'beta/dr-1' },
    });
    await stop(opened);
  });
});

describe('a grantee does not believe everything', () => {
  test('a share that the ledger does not know, or knows otherwise, is not taken into the book', async () => {
    const { encodeShareOpened } = await import('../../src/sharing/messages/messages.ts');
    const real = openReleased(unwrap(await alpha().sharing.shares.open(alpha().patient('p1'), 'p1', wholeRecord('gamma'))));
    const subject = { name: 'Ana', family: 'Diaz', given: 'Ana', birthDate: '1980-02-29', gender: 'female' };
    const tell = (from: TestNode, terms: typeof real.terms, blinder: Uint8Array) =>
      from.channel.call({
        to: 'beta',
        method: methods.shareOpened,
        who: machine,
        purpose: 'treatment',
        grant: grantBytes(terms.grantId),
        body: encodeShareOpened({ terms, blinder, subject }),
      });
    const before = (await beta().sharing.incoming.all()).length;
    const forBeta = { ...real.terms, grantee: 'beta' };
    expect(await tell(alpha(), forBeta, real.blinder)).toMatchObject({ ok: false, error: { code: 'sharing.commitment' } });
    expect(await tell(alpha(), { ...forBeta, grantId: 'ab'.repeat(32) }, real.blinder)).toMatchObject({
      ok: false,
      error: { code: 'sharing.commitment' },
    });
    expect(await tell(network.nodes['gamma']!, forBeta, real.blinder)).toMatchObject({ ok: false, error: { code: 'sharing.malformed' } });
    expect(await tell(alpha(), real.terms, real.blinder)).toMatchObject({ ok: false, error: { code: 'sharing.malformed' } });
    expect((await beta().sharing.incoming.all()).length).toBe(before);
    await stop(real);
  });

  test('what is held for an absent grantee is not delivered after the share has run out', async () => {
    const opened = await share();
    await beta().server.close();
    await update(96);
    await eventually(async () => alpha().sharing.copiesBehind() > 0);
    // Sealed and waiting; now the share ends on the ledger, by other hands than this process's.
    await new Promise((done) => setTimeout(done, 300));
    const { signClose } = await import('../../src/ledger/grants/close.ts');
    const { signTransaction } = await import('../../src/ledger/transaction/sign.ts');
    const seed = alpha().records.keys.derive('grant-control', `p1\u0000${opened.terms.grantId}`);
    const { chainId } = network.ledger;
    unwrap(
      await network.ledger.submit(
        signTransaction(
          {
            chainId,
            expiryHeight: network.ledger.head().height + 50,
            salt: new Uint8Array(8).fill(9),
            operations: [signClose(chainId, grantBytes(opened.terms.grantId), seed)],
          },
          alpha().records.keys.ledgerSeed,
        ),
      ),
    );
    const calls: string[] = [];
    const call = alpha().channel.call;
    Object.assign(alpha().channel, { call: (outgoing: { method: string }) => (calls.push(outgoing.method), call(outgoing as never)) });
    await beta().restart();
    await eventually(async () => alpha().sharing.copiesBehind() === 0, 9000);
    Object.assign(alpha().channel, { call });
    expect(calls).not.toContain(methods.push);
    const copy = await copyOf('Observation', 'o1');
    expect(fromUtf8(copy!.content)).not.toContain('"value":96,');
  }, 20_000);

  test('updates are proven against the ledger once the custodian has anchored them, after a restart too', async () => {
    const opened = await share();
    await alpha().records.anchoring!.anchorNow();
    await update(93);
    await arrived(93);
    expect(beta().sharing.copiesUnproven()).toBeGreaterThan(0);
    await beta().restart();
    expect(beta().sharing.copiesUnproven()).toBeGreaterThan(0);
    await alpha().records.anchoring!.anchorNow();
    await eventually(async () => beta().sharing.copiesUnproven() === 0, 25_000);
    expect(beta().sharing.copiesDisputed()).toBe(0);
    await stop(opened);
  }, 40_000);

  test('an update that the custodian has not committed to is noticed', async () => {
    const opened = await share();
    await alpha().records.anchoring!.anchorNow();
    const stored = (await alpha().all('own', 'p1')).find(({ type }) => type === 'Patient')!;
    const opening = (await alpha().records.log.opening(stored.sequence))!;
    const forged = {
      type: 'Patient',
      id: 'forged-later',
      version: 1,
      deleted: false,
      lastUpdated: 1,
      sequence: stored.sequence,
      blinder: opening.blinder,
      content: Buffer.from('{"resourceType":"Patient","id":"forged-later"}'),
      proof: null,
    };
    const body = unwrap(
      await sealPage(beta().records.keys.hpke.publicKey, network.ledger.chainId, opened.terms, {
        versions: [forged],
        withdrawn: [],
        next: '',
        upTo: { sequence: 1, time: 1 },
      }),
    );
    const silenced = console.error;
    const told: string[] = [];
    console.error = (...parts: unknown[]) => void told.push(parts.map(String).join(' '));
    expect(
      (
        await alpha().channel.call({
          to: 'beta',
          method: methods.push,
          who: machine,
          purpose: 'treatment',
          grant: grantBytes(opened.terms.grantId),
          body,
        })
      ).ok,
    ).toBe(true);
    await eventually(async () => told.length > 0, 9000);
    console.error = silenced;
    expect(beta().sharing.copiesDisputed()).toBe(1);
    // What is told goes into log files, where ids of records have no place.
    expect(told.join()).toContain(`entry ${stored.sequence} of alpha`);
    expect(told.join()).not.toContain('forged-later');
    await stop(opened);
  }, 20_000);

  test('updates under a share that is closed, or of another custodian, are not taken', async () => {
    const opened = await share();
    const page = { versions: [], withdrawn: [], next: '', upTo: { sequence: 1, time: 1 } };
    const body = unwrap(await sealPage(beta().records.keys.hpke.publicKey, network.ledger.chainId, opened.terms, page));
    const push = (from: TestNode) =>
      from.channel.call({ to: 'beta', method: methods.push, who: machine, purpose: 'treatment', grant: grantBytes(opened.terms.grantId), body });
    expect((await push(alpha())).ok).toBe(true);
    expect(await push(network.nodes['gamma']!)).toMatchObject({ ok: false, error: { code: 'sharing.unknown-share' } });
    await stop(opened);
    expect(await push(alpha())).toMatchObject({ ok: false, error: { code: 'sharing.not-active' } });
  });

  test('a grantee whose ledger does not have the anchor is shown it, and believes its own ledger only', async () => {
    const opened = await share();
    await alpha().records.anchoring!.anchorNow();
    const incoming = (await beta().sharing.incoming.find(opened.terms.grantId))!;
    const { channel } = beta();
    const source = copySource(alpha().records.reader, alpha().records.log, () => []);
    const stored = (await alpha().all('own', 'p1')).filter(({ type }) => type === 'Patient');
    const versions = await source.sent(stored, true);
    expect(versions.every(({ proof }) => proof !== null)).toBe(true);
    const trustBundle = () => network.ledger.trustBundle();
    const pruned = () => Promise.reject(new CodedException({ code: 'engine.block-pruned', message: 'pruned' }));
    const proven = { ok: true, value: { proven: versions.length } };
    const differs = { ok: false, error: { code: 'sharing.commitment' } };
    for (const transaction of [pruned, async () => undefined]) {
      expect(await sentCheck({ transaction, trustBundle }, askEvidence(channel)).check(incoming, versions)).toEqual(proven);
      const changed = versions.map((version) => ({ ...version, content: utf8('{"resourceType":"Patient","id":"p1"}') }));
      expect(await sentCheck({ transaction, trustBundle }, askEvidence(channel)).check(incoming, changed)).toMatchObject(differs);
    }
    // Another ledger's word, or another anchor's, is not taken.
    const evidence = (await source.evidence(versions[0]!.sequence))!;
    await alpha().records.anchoring!.anchorNow();
    const sequence = await alpha().put(observation('later', 1));
    await alpha().records.anchoring!.anchorNow();
    const another = (await source.evidence(sequence))!;
    for (const wrong of [another, { ...evidence, ledger: another.ledger }, { ...evidence, ledger: evidence.ledger.with(-1, 0xff) }, undefined]) {
      const check = sentCheck({ transaction: pruned, trustBundle }, async () => ok(wrong));
      expect(await check.check(incoming, versions)).toMatchObject(differs);
    }
    await stop(opened);
  });

  test('a version that is not what the custodian has committed to is refused, and nothing of it kept', async () => {
    const opened = await share();
    await alpha().records.anchoring!.anchorNow();
    const stored = (await alpha().all('own', 'p1')).find(({ type }) => type === 'Patient')!;
    const opening = (await alpha().records.log.opening(stored.sequence))!;
    const { decodeEntryReceipt } = await import('../../src/ledger/receipts/entry-receipt.ts');
    const { decodeOperationProof } = await import('../../src/ledger/transaction/operation-proof.ts');
    const { shortHash } = await import('../../src/ledger/transaction/transaction.ts');
    const receipt = unwrap(decodeEntryReceipt(unwrap(await alpha().records.log.receipt(stored.sequence))));
    const { transaction } = unwrap(decodeOperationProof(receipt.anchor));
    const proof = { ...receipt.batch, path: new Uint8Array(Buffer.concat(receipt.batch.path)), anchor: shortHash(transaction) };
    const forged = {
      type: 'Patient',
      id: 'forged',
      version: 1,
      deleted: false,
      lastUpdated: 1,
      sequence: stored.sequence,
      blinder: opening.blinder,
      content: Buffer.from('{"resourceType":"Patient","id":"forged"}'),
      proof,
    };
    const body = unwrap(
      await sealPage(beta().records.keys.hpke.publicKey, network.ledger.chainId, opened.terms, {
        versions: [forged],
        withdrawn: [],
        next: '',
        upTo: { sequence: 1, time: 1 },
      }),
    );
    const answer = await alpha().channel.call({
      to: 'beta',
      method: methods.push,
      who: machine,
      purpose: 'treatment',
      grant: grantBytes(opened.terms.grantId),
      body,
    });
    expect(answer).toMatchObject({ ok: false, error: { code: 'sharing.commitment' } });
    expect(
      await beta().records.reader.read('alpha', { type: 'Patient', id: 'forged' }, { patients: 'all', sharedTypes: [], withoutLabels: [] }),
    ).toBeUndefined();
    await stop(opened);
  });

  test('a page sealed for another share does not open', async () => {
    const opened = await share();
    const terms = { ...opened.terms, patient: 'p2' };
    const body = unwrap(
      await sealPage(beta().records.keys.hpke.publicKey, network.ledger.chainId, terms, {
        versions: [],
        withdrawn: [],
        next: '',
        upTo: { sequence: 1, time: 1 },
      }),
    );
    expect(
      await alpha().channel.call({
        to: 'beta',
        method: methods.push,
        who: machine,
        purpose: 'treatment',
        grant: grantBytes(opened.terms.grantId),
        body,
      }),
    ).toMatchObject({ ok: false, error: { code: 'vault.hpke' } });
    await stop(opened);
  });
});

describe('healing', () => {
  test('a grantee gives back the original with the custodian’s blinder: it leads to the leaf', async () => {
    const opened = await share();
    const sequence = await update(95);
    await arrived(95);
    await stop(opened);
    // The share is over: the copy still helps its custodian.
    const original = (await alpha().sharing.restore({ type: 'Observation', id: 'o1' }, sequence))!;
    expect(original.from).toBe('beta');
    const opening = (await alpha().records.log.opening(sequence))!;
    expect(
      equalBytes(leafHash(commitment(original.blinder, contentHash(original.content))), leafHash(commitment(opening.blinder, opening.contentHash))),
    ).toBe(true);
    expect(await alpha().sharing.restore({ type: 'Observation', id: 'o1' }, sequence + 1000)).toBeUndefined();
  });

  test('nobody gets another organisation’s records this way', async () => {
    const { encodeRestore } = await import('../../src/sharing/messages/messages.ts');
    const copy = (await copyOf('Observation', 'o1'))!;
    const body = encodeRestore({ type: 'Observation', id: 'o1', sequence: copy.origin!.sequence });
    expect(
      await network.nodes['gamma']!.channel.call({ to: 'beta', method: methods.restore, who: machine, purpose: 'operations', body }),
    ).toMatchObject({ ok: false, error: { code: 'sharing.no-copy' } });
  });
});

describe('a suspended member', () => {
  test('is served no more, and the share is of no use to it', async () => {
    await share();
    await network.suspend('beta');
    const read = await beta().channel.call({ to: 'alpha', method: methods.read, who: machine, purpose: 'treatment', body: new Uint8Array(0) });
    expect(read).toMatchObject({ ok: false });
    expect(await openCopy()).toMatchObject({ ok: false, error: { code: 'access.membership' } });
    await update(99);
    await quiet();
  });
});
