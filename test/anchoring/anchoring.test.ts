import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { freshDatabase, openTestRecords, stopServersAfterwards } from '../support/postgres.ts';
import { audit, draft, testLedger, trust, unit, write } from '../support/records.ts';

stopServersAfterwards();

describe('anchoring', () => {
  test('entries get receipts that verify offline; sizes are padded; nothing written still grows the log', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const records = await openTestRecords({ ledger, anchorIntervalMs: 0 });
    const content = utf8('{"resourceType":"Patient","id":"a","weight":1.50}');
    const [sequence] = await write(records, draft({ type: 'Patient', id: 'a', content, patient: 'a', compartments: ['a'] }));
    expect(await records.log.receipt(sequence!)).toMatchObject({ ok: false, error: { code: 'records.not-anchored' } });

    const first = unwrap(await records.anchoring!.anchorNow());
    expect(first.size).toBe(8);
    const again = unwrap(await records.anchoring!.anchorNow());
    expect(again.size).toBe(16);
    for (let round = 0; round < 3; round++) {
      unwrap(await records.writer.append(unit({ events: Array.from({ length: 300 }, (_, index) => audit(`entry ${round}/${index}`)) })));
      expect(unwrap(await records.anchoring!.anchorNow()).size % 8).toBe(0);
    }

    const receipt = unwrap(await records.log.receipt(sequence!));
    expect(verifyEntryReceipt(receipt, { content, trust })).toMatchObject({
      verdict: 'held',
      facts: { organisation: 'city-hospital', logIndex: 0, logSize: 8 },
    });
    expect(verifyEntryReceipt(receipt, { content: utf8('{"resourceType":"Patient","id":"a","weight":1.5}'), trust }).verdict).toBe('failed');
    for (const index of [16, 255, 256, 300, 511, 512, 700, 911]) {
      const opening = await records.log.opening(index);
      const proven = await records.log.receipt(index);
      if (opening) expect(verifyEntryReceipt(unwrap(proven), { trust }).verdict).toBe('held');
      else expect(proven).toMatchObject({ ok: false, error: { code: 'records.no-entry' } });
    }
    await records.close();
    await ledger.close();
  });

  test('a log that lost or changed anchored entries is noticed on opening; it is read but not anchored', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    const open = () => openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    let records = await open();
    await write(records, draft({ type: 'Patient', id: 'a' }));
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
    expect(records.anchoring!.alarm()).toMatchObject({ code: 'anchoring.truncated', data: { entries: 5, anchored: 8 } });
    expect(await records.reader.read('own', { type: 'Patient', id: 'a' }, { patients: 'all', sharedTypes: [], withoutLabels: [] })).toBeDefined();
    await records.close();
    await ledger.close();
  });

  test('the places of anchors are read again from the ledger', async () => {
    using folder = temporaryFolder();
    const ledger = await testLedger(folder.path);
    const database = await freshDatabase();
    let records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    const [sequence] = await write(records, draft({ type: 'Patient', id: 'a' }));
    for (let round = 0; round < 3; round++) unwrap(await records.anchoring!.anchorNow());
    const list = await records.anchoring!.history.list(10);
    expect(list.map(({ size }) => size)).toEqual([24, 16, 8]);
    await records.database.query({ text: 'delete from anchor', values: [] });
    await records.close();
    records = await openTestRecords({ ledger, database, anchorIntervalMs: 0 });
    expect(await records.anchoring!.history.list(10)).toEqual(list);
    expect(verifyEntryReceipt(unwrap(await records.log.receipt(sequence!)), { trust }).verdict).toBe('held');
    await records.close();
    await ledger.close();
  });
});
