import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import { attackStored, keepOlderCopy, undoAttacks, type StoredAttack } from '../../src/records/attacks.ts';
import type { VersionDraft } from '../../src/records/model.ts';
import type { Records } from '../../src/records/open.ts';
import { rebuild } from '../../src/records/repair/rebuild.ts';
import { restoreVersion } from '../../src/records/repair/restore.ts';
import { verifyStored } from '../../src/records/verify/verify.ts';
import { damageOneByte, seededRandom } from '../support/damage.ts';
import { temporaryFolder } from '../support/ledger.ts';
import { openTestRecords, stopServersAfterwards } from '../support/postgres.ts';
import { audit, draft, everything, testLedger, trust, unit, write } from '../support/records.ts';

stopServersAfterwards();

const observation = (index: number, version = 1): VersionDraft =>
  draft({
    type: 'Observation',
    id: `o${index}`,
    version,
    patient: `p${index % 5}`,
    compartments: [`p${index % 5}`],
    labels: index % 7 === 0 ? ['SUD'] : [],
    sortDate: 1_600_000_000_000 + index,
    terms: {
      tokens: [`Observation.code\u0000c${index % 9}`, `Observation.value\u0000${version}`],
      edges: [{ param: 'Observation.subject', target: `Patient/p${index % 5}` }],
    },
  });

describe('verification of what is stored', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let ledger: EmbeddedLedger;
  let records: Records;
  const verify = () => verifyStored(records.context, { ledger });

  beforeAll(async () => {
    folder = temporaryFolder();
    ledger = await testLedger(folder.path);
    records = await openTestRecords({ ledger, anchorIntervalMs: 0 });
    await write(
      records,
      ...Array.from({ length: 5 }, (_, index) => draft({ type: 'Patient', id: `p${index}`, patient: `p${index}`, compartments: [`p${index}`] })),
    );
    await write(records, ...Array.from({ length: 120 }, (_, index) => observation(index)));
    unwrap(await records.anchoring!.anchorNow());
    await write(records, ...Array.from({ length: 30 }, (_, index) => observation(index, 2)));
    await write(records, ...Array.from({ length: 5 }, (_, index) => ({ ...observation(index, 3), deleted: true })));
    unwrap(
      await records.writer.append(
        unit({ events: Array.from({ length: 110 }, (_, index) => audit(`read ${index}`, [`patient\u0000p${index % 5}`], `p${index % 5}`)) }),
      ),
    );
    unwrap(await records.anchoring!.anchorNow());
    unwrap(await records.anchoring!.anchorNow());
    await keepOlderCopy(records.database);
    await write(records, ...Array.from({ length: 60 }, (_, index) => observation(200 + index)));
    unwrap(await records.anchoring!.anchorNow());
  });

  afterAll(async () => {
    await records.close();
    await ledger.close();
    folder[Symbol.dispose]();
  });

  test('an untouched database holds, and everything was looked at', async () => {
    const report = await verify();
    expect(report.damages).toEqual([]);
    expect(report).toMatchObject({ holds: true, unchecked: [], checked: { versions: 220, events: 110, anchors: 3 } });
    expect(report.checked.entries).toBe(records.log.size());
    expect(report.checked.indexRows).toBeGreaterThan(600);
  });

  test('every change of one byte is noticed', { timeout: 600_000 }, async () => {
    const changes = Number(process.env.CARELEDGER_BYTE_CHANGES ?? 200);
    const random = seededRandom(Number(process.env.CARELEDGER_SEED ?? 1));
    const unnoticed: string[] = [];
    const tables = new Set<string>();
    for (let done = 0; done < changes;) {
      const damaged = await damageOneByte(records.database, random);
      if (!damaged) continue;
      done++;
      tables.add(damaged.where.split('.')[0]!);
      const report = await verify();
      if (report.holds) unnoticed.push(damaged.where);
      await damaged.undo();
    }
    expect(unnoticed).toEqual([]);
    expect(tables.size).toBe(9);
    expect((await verify()).damages).toEqual([]);
  });

  test.each(['1::int8 << 62', '-9', '1::int8 << 31'])(
    'an entry at a position of its own (%s) is noticed, and nothing breaks on it',
    async (position) => {
      const [row] = await records.database.query({ text: 'select max(seq) from entry where kind = 2', values: [] });
      const move = (text: string) => records.database.query({ text, values: [row![0]] });
      await move(`update entry set seq = ${position} where seq = $1`);
      const report = await verify();
      await move(`update entry set seq = $1 where seq = ${position}`);
      expect(report.holds).toBe(false);
      expect((await verify()).damages).toEqual([]);
    },
  );

  test.each<[StoredAttack, string]>([
    ['flip-record', 'verify.does-not-open'],
    ['flip-audit', 'verify.does-not-open'],
    ['edit-record', 'verify.does-not-open'],
    ['flip-index', 'verify.index-altered'],
    ['truncate-log', 'verify.truncated'],
    ['roll-back', 'verify.truncated'],
  ])('the attack %s is noticed and located', async (attack, code) => {
    const attacked = await attackStored(records.database, attack);
    expect(attacked).toBeDefined();
    const report = await verify();
    expect(report.holds).toBe(false);
    const found = report.damages.find((damage) => damage.code === code);
    expect(found).toBeDefined();
    if (attacked!.sequence !== undefined && code !== 'verify.index-altered') expect(found!.sequence).toBe(attacked!.sequence);
    expect(await undoAttacks(records.database)).toBe(true);
    expect((await verify()).damages).toEqual([]);
  });

  test('what follows from other rows is rebuilt', async () => {
    const changes = [
      'delete from idx where rid in (10, 11)',
      'insert into idx values (42, 12)',
      'update edge set target = target # 8 where rid = 20',
      'delete from entry_idx where seq = (select min(seq) from entry_idx)',
      `update record set labels = '{}', version = 1, seq = (select seq from version v where v.rid = record.rid and v.version = 1) where rid = 30`,
      `update version set type = type # 4, updated = 7 where seq = 40`,
      `update entry set time = 9 where seq = 41`,
      `update entry set leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1) where seq = 42`,
      'update batch set leaves = set_byte(leaves, 99, get_byte(leaves, 99) # 1) where number = 1',
      'update batch set log_index = log_index + 1 where number = 2',
      'delete from batch where number = 4',
      `update dictionary set tag = set_byte(tag, 0, get_byte(tag, 0) # 1)`,
    ];
    for (const text of changes) await records.database.query({ text, values: [] });
    const before = await verify();
    expect(before.damages.length).toBeGreaterThanOrEqual(changes.length);
    await rebuild(records, ledger, before.damages);
    const between = await verify();
    await rebuild(records, ledger, between.damages);
    expect((await verify()).damages).toEqual([]);
  });

  test('a damaged version comes back byte for byte from a peer, and only the original does', async () => {
    const content = utf8('{"resourceType":"Observation","id":"kept","value":1.200}');
    const original = { ...observation(500), id: 'kept', content };
    const [sequence] = await write(records, original);
    unwrap(await records.anchoring!.anchorNow());
    // What a peer was given with the copy when all was well.
    const { blinder } = (await records.log.opening(sequence!))!;
    const receipt = unwrap(await records.log.receipt(sequence!));

    await attackStored(records.database, 'edit-record', sequence);
    await records.database.query({ text: 'delete from record where seq = $1', values: [sequence] });
    await records.database.query({ text: 'delete from version where seq = $1', values: [sequence] });
    expect((await verify()).damages.some((damage) => damage.sequence === sequence && damage.repair === 'peer')).toBe(true);

    const forged = { ...original, content: utf8('{"resourceType":"Observation","id":"kept","value":1.2}') };
    expect(await restoreVersion(records, ledger, { draft: forged, sequence: sequence!, blinder })).toMatchObject({
      ok: false,
      error: { code: 'records.not-the-original' },
    });
    unwrap(await restoreVersion(records, ledger, { draft: original, sequence: sequence!, blinder }));
    const read = await records.reader.read('own', { type: 'Observation', id: 'kept' }, everything);
    expect(Buffer.from(read!.content)).toEqual(Buffer.from(content));
    expect(Buffer.from(unwrap(await records.log.receipt(sequence!)))).toEqual(Buffer.from(receipt));
    expect(verifyEntryReceipt(receipt, { content, trust }).verdict).toBe('held');
    // The writer goes on with numbers that are free.
    await write(records, { ...original, version: 2 }, observation(501));
    expect((await verify()).damages).toEqual([]);
  });
});
