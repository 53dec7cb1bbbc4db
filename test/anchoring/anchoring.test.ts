import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { CodedException, unwrap } from '../../src/base/result.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { anchorStateKey } from '../../src/ledger/anchors/state.ts';
import type { LedgerClient } from '../../src/ledger/client.ts';
import { decodeTransaction } from '../../src/ledger/transaction/transaction.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import type { Records } from '../../src/records/open.ts';
import { rebuild } from '../../src/records/repair/rebuild.ts';
import { verifyStored } from '../../src/records/verify/verify.ts';
import { openLedger, temporaryFolder } from '../support/ledger.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, openTestRecords, stopServersAfterwards } from '../support/postgres.ts';
import { audit, draft, everything, testLedger, trust, unit, write } from '../support/records.ts';

stopServersAfterwards();

const many = (records: Records, count: number, label = 'entry') =>
  records.writer.append(unit({ events: Array.from({ length: count }, (_, index) => audit(`${label} ${index}`)) }));

const rows = (records: Records) =>
  records.database.query({ text: 'select number, octet_length(leaves) / 32 from batch order by number', values: [] });

/** The ledger, but for these methods. */
const changedLedger = (ledger: EmbeddedLedger, changes: Partial<LedgerClient>): LedgerClient =>
  new Proxy<LedgerClient>(ledger, {
    get(target, name: keyof LedgerClient) {
      const value = changes[name] ?? target[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** What anybody sees of an organisation: the operations of its anchors, and the bytes of their transactions. */
async function seen(ledger: EmbeddedLedger) {
  const anchors = [];
  for (let index = 0; index < ledger.head().logSize; index++) {
    const { bytes } = (await ledger.transactionAt(index))!;
    const { operations } = unwrap(decodeTransaction(bytes));
    anchors.push({ operations, length: bytes.length });
  }
  return anchors;
}

describe('anchoring', () => {
  test('a ledger that prunes itself keeps every anchor until its evidence is kept here; receipts go on from that', async () => {
    using folder = temporaryFolder();
    await (await testLedger(folder.path)).close();
    const ledger = await openLedger(folder.path, { retain: { blocks: 1 }, pruneAtLeast: 1, askBeforePruning: 1 });
    const mute = { attested: false };
    const slow = changedLedger(ledger, { receipt: (index) => (mute.attested ? ledger.receipt(index) : Promise.reject(new Error('not yet'))) });
    const prunedUpTo = async (): Promise<number> => (await ledger.engine()).retention.prunedUpTo ?? -1;
    const records = await openTestRecords({ ledger: slow, anchorIntervalMs: 0 });
    unwrap(await many(records, 3));
    const anchor = async (): Promise<void> => {
      unwrap(await many(records, 1));
      unwrap(await records.anchoring!.anchorNow());
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const first = unwrap(await records.anchoring!.anchorNow());
    for (let batch = 0; batch < 8; batch++) await anchor();
    expect(await prunedUpTo()).toBeLessThan(first.height);
    mute.attested = true;
    for (let batch = 0; batch < 60 && (await prunedUpTo()) < first.height + 4; batch++) await anchor();
    expect(await prunedUpTo()).toBeGreaterThan(first.height);
    await expect(ledger.transactionAt(first.logIndex)).rejects.toMatchObject({ code: 'engine.block-pruned' });
    const receipt = unwrap(await records.log.receipt(0));
    expect(verifyEntryReceipt(receipt, { trust }).verdict).toBe('held');
    expect(await verifyStored(records.context, { ledger })).toMatchObject({ holds: true, damages: [] });
  });

  test('entries get receipts that verify offline, whatever else is in their batch', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const records = await openTestRecords({ ledger, anchorIntervalMs: 0 });
    const content = utf8('{"resourceType":"Patient","id":"a","weight":1.50}');
    const [sequence] = await write(records, draft({ type: 'Patient', id: 'a', content, patient: 'a', compartments: ['a'] }));
    expect(await records.log.receipt(sequence!)).toMatchObject({ ok: false, error: { code: 'records.not-anchored' } });
    expect(records.log.anchored()).toBe(0);

    expect(unwrap(await records.anchoring!.anchorNow())).toMatchObject({ number: 1, size: 1 });
    expect(records.log.anchored()).toBe(1);
    for (let round = 0; round < 3; round++) {
      unwrap(await many(records, 299 + round));
      expect(unwrap(await records.anchoring!.anchorNow())).toMatchObject({ number: 2 + round, size: 299 + round });
    }

    const receipt = unwrap(await records.log.receipt(sequence!));
    expect(verifyEntryReceipt(receipt, { content, trust })).toMatchObject({
      verdict: 'held',
      facts: { organisation: 'city-hospital', batch: 1, batchIndex: 0, batchSize: 1 },
    });
    expect(verifyEntryReceipt(receipt, { content: utf8('{"resourceType":"Patient","id":"a","weight":1.5}'), trust }).verdict).toBe('failed');
    for (const index of [1, 2, 255, 256, 299, 300, 301, 599, 600, 900]) {
      expect(verifyEntryReceipt(unwrap(await records.log.receipt(index)), { trust }).verdict, `entry ${index}`).toBe('held');
    }
    expect(await records.log.receipt(901)).toMatchObject({ ok: false, error: { code: 'records.no-entry' } });
    await records.close();
    await ledger.close();
  });

  test('the ledger shows the same of a busy organisation as of an idle one', async () => {
    using first = temporaryFolder();
    using second = temporaryFolder();
    const ledgers = [await testLedger(first.path), await testLedger(second.path)] as const;
    const [idle, busy] = await Promise.all(ledgers.map((ledger) => openTestRecords({ ledger, anchorIntervalMs: 0 })));
    for (let round = 0; round < 4; round++) {
      unwrap(await many(busy!, 10 ** round, `round ${round}`));
      for (const records of [idle!, busy!]) unwrap(await records.anchoring!.anchorNow());
    }
    const [ofIdle, ofBusy] = await Promise.all(ledgers.map(seen));
    expect(ofBusy!.map(({ length }) => length)).toEqual(ofIdle!.map(({ length }) => length));
    const shapeOf = ({ operations }: (typeof ofIdle & {})[number]) =>
      operations.map((operation) => ({ ...operation, ...('commitment' in operation ? { commitment: operation.commitment.length } : {}) }));
    expect(ofBusy!.map(shapeOf)).toEqual(ofIdle!.map(shapeOf));
    // Four empty batches are four different commitments.
    const commitments = ofIdle!.flatMap(({ operations }) =>
      operations.map((operation) => ('commitment' in operation ? toHex(operation.commitment) : '')),
    );
    expect(new Set(commitments).size).toBe(4);
    // An idle database keeps one row, however long it is idle.
    expect((await rows(idle!)).length).toBe(1);
    for (const records of [idle!, busy!]) await records.close();
    for (const ledger of ledgers) await ledger.close();
  });

  test('a log that lost or changed anchored entries is noticed on opening; it is read but not anchored', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    const open = () => openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    let records = await open();
    await write(records, draft({ type: 'Patient', id: 'a' }));
    unwrap(await many(records, 7));
    unwrap(await records.anchoring!.anchorNow());
    await records.close();

    records = await open();
    expect(records.anchoring!.alarm()).toBeUndefined();
    expect(records.log.size()).toBe(8);
    await records.database.query({ text: `update entry set leaf = decode(repeat('00', 32), 'hex') where seq = 3`, values: [] });
    await records.close();

    records = await open();
    expect(records.anchoring!.alarm()).toMatchObject({ code: 'anchoring.forked' });
    expect(await records.anchoring!.anchorNow()).toMatchObject({ ok: false, error: { code: 'anchoring.forked' } });
    await records.database.query({ text: 'delete from entry where seq >= 5', values: [] });
    await records.close();

    records = await open();
    expect(records.anchoring!.alarm()).toMatchObject({ code: 'anchoring.truncated', data: { entries: 5, batch: 1 } });
    expect(await records.reader.read('own', { type: 'Patient', id: 'a' }, everything)).toBeDefined();
    await records.close();
    await ledger.close();
  });

  test('an older copy of the database is noticed, also under many empty batches, and also when its notes of batches are gone', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    let records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    for (let round = 0; round < 3; round++) {
      unwrap(await many(records, 5));
      unwrap(await records.anchoring!.anchorNow());
    }
    for (let round = 0; round < 3; round++) unwrap(await records.anchoring!.anchorNow());
    await records.database.query({ text: 'delete from batch where number > 2', values: [] });
    await records.database.query({ text: 'delete from entry where seq >= 10', values: [] });
    await records.close();
    records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    expect(records.anchoring!.alarm()).toMatchObject({ code: 'anchoring.truncated', data: { entries: 10, batch: 3 } });
    expect((await verifyStored(records.context, { ledger })).damages).toMatchObject([{ code: 'verify.truncated', sequence: 10 }]);
    // A forged note of the newest batch does not help: the commitment also says how many entries come before it.
    const [place] = await records.database.query({ text: 'select log_index + 4, height + 4, time from batch where number = 2', values: [] });
    await records.database.query({ text: `insert into batch values (6, 10, '', $1, $2, $3)`, values: place! });
    expect(await records.anchoring!.anchorNow()).toMatchObject({ ok: false, error: { code: 'anchoring.forked' } });
    expect((await verifyStored(records.context, { ledger })).holds).toBe(false);
    await records.close();
    await ledger.close();
  });

  test('notes of batches that are gone are found again on the ledger', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    let records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    const [sequence] = await write(records, draft({ type: 'Patient', id: 'a' }));
    for (const count of [0, 40, 0, 0, 3]) {
      unwrap(await many(records, count));
      unwrap(await records.anchoring!.anchorNow());
    }
    const before = await rows(records);
    const receipt = unwrap(await records.log.receipt(sequence!));
    await records.database.query({ text: 'delete from batch', values: [] });
    await records.close();
    records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    expect(records.anchoring!.alarm()).toBeUndefined();
    expect(await rows(records)).toEqual(before);
    expect(Buffer.from(unwrap(await records.log.receipt(sequence!))).equals(receipt)).toBe(true);
    expect((await verifyStored(records.context, { ledger })).damages).toEqual([]);
    await records.close();
    await ledger.close();
  });

  test('receipts outlast the transactions on the ledger', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    let records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    for (const count of [3, 0, 5]) {
      unwrap(await many(records, count));
      unwrap(await records.anchoring!.anchorNow());
    }
    const before = unwrap(await records.log.receipt(1));
    await eventually(async () => {
      const [row] = await records.database.query({ text: 'select count(*) from batch where evidence is null', values: [] });
      return row![0] === '0';
    });
    await records.close();
    // As after pruning: the ledger has the newest transaction only, and gives receipts of no other.
    const kept = ledger.head().logSize - 1;
    const gone = (): never => {
      throw new CodedException({ code: 'engine.block-pruned', message: 'pruned' });
    };
    const pruned = changedLedger(ledger, {
      transactionAt: async (index) => (index < kept ? gone() : ledger.transactionAt(index)),
      receipt: async (index) => (index < kept ? gone() : ledger.receipt(index)),
    });
    records = await openTestRecords({ ledger: pruned, database, anchorIntervalMs: 0 });
    expect(records.anchoring!.alarm()).toBeUndefined();
    expect(Buffer.from(unwrap(await records.log.receipt(1))).equals(before)).toBe(true);
    const report = await verifyStored(records.context, { ledger: pruned });
    expect(report).toMatchObject({
      damages: [],
      checked: { anchors: 2 },
      unchecked: [expect.stringContaining('older than what this ledger keeps: 1')],
    });
    // What was kept with a batch is no way around: it is of this batch, or of none.
    await records.database.query({
      text: 'update batch set evidence = set_byte(evidence, 80, get_byte(evidence, 80) # 1) where number = 1',
      values: [],
    });
    expect((await verifyStored(records.context, { ledger: pruned })).damages).toMatchObject([{ code: 'verify.batch-altered' }]);
    await records.close();
    await ledger.close();
  });

  test('a ledger that is still catching up is no alarm, and nothing is sent to it', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    let records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    unwrap(await many(records, 3));
    unwrap(await records.anchoring!.anchorNow());
    const early = await ledger.get(anchorStateKey('city-hospital'));
    unwrap(await records.anchoring!.anchorNow());
    await records.close();
    // A node whose disk was lost has had its first blocks again.
    let isBehind = true;
    const joining = changedLedger(ledger, { get: async (key) => (isBehind ? early : ledger.get(key)) });
    records = await openTestRecords({ ledger: joining, database, anchorIntervalMs: 0 });
    expect(records.anchoring!.alarm()).toBeUndefined();
    expect(await records.anchoring!.anchorNow()).toMatchObject({ ok: false, error: { code: 'anchoring.refused' } });
    isBehind = false;
    expect(unwrap(await records.anchoring!.anchorNow())).toMatchObject({ number: 3, size: 0 });
    await records.close();
    await ledger.close();
  });

  describe('a crash', () => {
    /** A ledger whose answers to submissions get lost: before it took them, or after. */
    const losing = (ledger: EmbeddedLedger, at: 'before' | 'after', sent: Uint8Array[]): LedgerClient =>
      changedLedger(ledger, {
        async submit(bytes) {
          sent.push(bytes);
          if (at === 'after') unwrap(await ledger.submit(bytes));
          throw new Error('the connection is gone');
        },
      });
    const commitmentIn = (bytes: Uint8Array) => {
      const [operation] = unwrap(decodeTransaction(bytes)).operations;
      return operation?.op === 'anchors.anchor' ? { number: operation.number, commitment: toHex(operation.commitment) } : undefined;
    };

    test.each(['before', 'after'] as const)('%s the ledger took a batch: a number never stands for two batches', async (at) => {
      using folder = temporaryFolder();
      const ledger = await testLedger(folder.path);
      const database = await freshDatabase();
      const sent: Uint8Array[] = [];
      let records = await openTestRecords({ ledger: losing(ledger, at, sent), database, anchorIntervalMs: 0 });
      unwrap(await many(records, 9, 'before'));
      expect(await records.anchoring!.anchorNow()).toMatchObject({ ok: false, error: { code: 'anchoring.refused' } });
      await records.close();
      records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });

      // What was written meanwhile is in the next batch.
      unwrap(await many(records, 4, 'after'));
      const first = unwrap(await records.anchoring!.anchorNow());
      expect(first).toMatchObject(at === 'before' ? { number: 1, size: 9 } : { number: 2, size: 4 });
      if (at === 'before') expect(unwrap(await records.anchoring!.anchorNow())).toMatchObject({ number: 2, size: 4 });
      const onLedger = (await seen(ledger)).map(({ operations }) => operations[0]!);
      expect(onLedger.length).toBe(2);
      const [one] = onLedger;
      expect(commitmentIn(sent[0]!)).toEqual({ number: 1, commitment: one?.op === 'anchors.anchor' ? toHex(one.commitment) : '' });
      expect((await verifyStored(records.context, { ledger })).damages).toEqual([]);
      expect(verifyEntryReceipt(unwrap(await records.log.receipt(3)), { trust }).verdict).toBe('held');
      await records.close();
      await ledger.close();
    });
  });

  // It has no place on the ledger that would hold it: the row before it does.
  describe.each([0, 3])('a batch of %i entries that is stored and not on the ledger', (size) => {
    const bits = Array.from({ length: 62 }, (_, bit) => `# (1::int8 << ${bit})`);
    const changes = [
      ...bits.map((change) => `number = number ${change}`),
      ...bits.map((change) => `first = first ${change}`),
      ...(size > 0 ? ['leaves = set_byte(leaves, 40, get_byte(leaves, 40) # 1)'] : [`leaves = '\\x${'00'.repeat(32)}'`]),
    ];

    test('can be changed in no column without being noticed, and is closed anew', async () => {
      using folder = temporaryFolder();
      const ledger = await testLedger(folder.path);
      let isAnswering = true;
      const client = changedLedger(ledger, {
        submit: async (bytes) => (isAnswering ? ledger.submit(bytes) : Promise.reject(new Error('the connection is gone'))),
      });
      const records = await openTestRecords({ ledger: client, anchorIntervalMs: 0 });
      const query = (text: string) => records.database.query({ text, values: [] });
      const verify = async () => (await verifyStored(records.context, { ledger })).damages;
      unwrap(await many(records, 5));
      for (let round = 0; round < 4; round++) unwrap(await records.anchoring!.anchorNow());
      if (size > 0) unwrap(await many(records, size));
      isAnswering = false;
      expect(await records.anchoring!.anchorNow()).toMatchObject({ ok: false, error: { code: 'anchoring.refused' } });
      expect(await verify()).toEqual([]);

      const unnoticed: string[] = [];
      await query('create table kept as select * from batch');
      for (const change of changes) {
        const isPossible = await query(`update batch set ${change} where log_index is null`).then(
          () => true,
          // Another row has that number already: nothing that the table could hold.
          ({ code }: { readonly code?: string }) => code !== '23505',
        );
        if (!isPossible) continue;
        if ((await verify()).length === 0) unnoticed.push(change);
        await query('delete from batch');
        await query('insert into batch select * from kept');
      }
      expect(unnoticed).toEqual([]);
      expect(await verify()).toEqual([]);

      isAnswering = true;
      for (const change of ['number = number + 4', 'first = first + 1', 'number = number - 4', 'first = first - 1']) {
        isAnswering = false;
        await records.anchoring!.anchorNow();
        await query(`update batch set ${change} where log_index is null`);
        await rebuild(records, client, await verify());
        expect(await verify()).toEqual([]);
        isAnswering = true;
        unwrap(await records.anchoring!.anchorNow());
        expect(await verify()).toEqual([]);
      }
      await records.close();
      await ledger.close();
    });
  });

  test('a batch on the ledger that is marked as not sent is noticed, and marked again', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const records = await openTestRecords({ ledger, anchorIntervalMs: 0 });
    for (let round = 0; round < 3; round++) {
      unwrap(await many(records, 2));
      unwrap(await records.anchoring!.anchorNow());
    }
    await records.database.query({ text: 'update batch set log_index = null where number = 2', values: [] });
    const { damages } = await verifyStored(records.context, { ledger });
    expect(damages).toMatchObject([{ code: 'verify.batch-altered', where: 'batch 2' }]);
    await rebuild(records, ledger, damages);
    expect((await verifyStored(records.context, { ledger })).damages).toEqual([]);
    await records.close();
    await ledger.close();
  });

  test('more entries than a batch takes wait for the next one', { timeout: 120_000 }, async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    const records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    for (let round = 0; round < 35; round++) unwrap(await many(records, 2000, `round ${round}`));
    expect(unwrap(await records.anchoring!.anchorNow())).toMatchObject({ number: 1, size: 65_536 });
    unwrap(await many(records, 1, 'last'));
    expect(unwrap(await records.anchoring!.anchorNow())).toMatchObject({ number: 2, size: 70_001 - 65_536 });
    for (const sequence of [0, 40_000, 65_535, 65_536, 70_000])
      expect(verifyEntryReceipt(unwrap(await records.log.receipt(sequence)), { trust }).verdict).toBe('held');
    await records.close();
    await ledger.close();
  });
});
