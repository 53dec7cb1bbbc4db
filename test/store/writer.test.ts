import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import type { Guard } from '../../src/records/model.ts';
import { openRecords, type Records } from '../../src/records/open.ts';
import { verifyStored } from '../../src/records/verify/verify.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, hasServer, openTestRecords, stopServersAfterwards, type ServerKind } from '../support/postgres.ts';
import { audit, draft, everything, unit, write } from '../support/records.ts';

stopServersAfterwards();

const servers = (['embedded', 'debian'] as const).filter((kind) => hasServer(kind) || process.env.CI === 'true');
if (!hasServer('debian')) console.warn('skipped: Debian’s PostgreSQL is not installed');

describe.each<ServerKind>(servers)('the writer on %s PostgreSQL', (kind) => {
  let records: Records;
  beforeAll(async () => void (records = await openTestRecords({ kind })));
  afterAll(() => records.close());

  test('of many that want to be the next version, one is; the others learn what is stored', async () => {
    await write(records, draft({ type: 'Patient', id: 'contended' }));
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        records.writer.append(
          unit({ versions: [draft({ type: 'Patient', id: 'contended', version: 2, lastUpdated: index })], events: [audit(`try ${index}`)] }),
        ),
      ),
    );
    expect(results.filter(({ ok }) => ok).length).toBe(1);
    for (const result of results)
      if (!result.ok) expect(result.error).toMatchObject({ code: 'records.conflict', data: { type: 'Patient', id: 'contended', version: 2 } });
    expect((await records.reader.history('own', { type: 'Patient', id: 'contended' }, { limit: 10 }, everything)).total).toBe(2);
  });

  test('a unit is all or nothing, and does not take its neighbours with it', async () => {
    const before = records.log.size();
    const [good, bad, other] = await Promise.all([
      records.writer.append(unit({ versions: [draft({ type: 'Basic', id: 'a' }), draft({ type: 'Basic', id: 'b' })] })),
      records.writer.append(
        unit({ versions: [draft({ type: 'Basic', id: 'c' }), draft({ type: 'Basic', id: 'd', version: 9 })], events: [audit('never')] }),
      ),
      records.writer.append(unit({ versions: [draft({ type: 'Basic', id: 'e' })], events: [audit('written')] })),
    ]);
    expect(good).toEqual({ ok: true, value: { sequences: [before, before + 1] } });
    expect(bad).toMatchObject({ ok: false, error: { code: 'records.conflict', data: { type: 'Basic', id: 'd', version: 0 } } });
    expect(other).toEqual({ ok: true, value: { sequences: [before + 2, before + 3] } });
    expect(await records.reader.read('own', { type: 'Basic', id: 'c' }, everything)).toBeUndefined();
  });

  test('a record can be written several times in one unit and in one flush', async () => {
    const versions = [1, 2, 3].map((version) =>
      draft({
        type: 'Basic',
        id: 'thrice',
        version,
        terms: { tokens: [`Basic.v\u0000${version}`, 'Basic.all\u0000x'], edges: [{ param: 'Basic.to', target: `Basic/${version}` }] },
      }),
    );
    unwrap(await records.writer.append(unit({ versions })));
    const found = async (term: string) =>
      (
        await records.reader.search({
          space: 'own',
          types: ['Basic'],
          where: { kind: 'token', anyOf: [term] },
          visibility: everything,
          order: { by: 'stored' },
          limit: 5,
          withTotal: true,
        })
      ).total;
    expect(await found('Basic.v\u00001')).toBe(0);
    expect(await found('Basic.v\u00003')).toBe(1);
    const next = (version: number) => ({ ...versions[0]!, version, terms: { tokens: [`Basic.v\u0000${version}`], edges: [] } });
    const pair = await Promise.all([4, 5].map((version) => records.writer.append(unit({ versions: [next(version)] }))));
    expect(pair.every(({ ok }) => ok)).toBe(true);
    expect(await found('Basic.v\u00005')).toBe(1);
    unwrap(await records.writer.append(unit({ versions: [{ ...next(6), deleted: true }] })));
    expect(await found('Basic.v\u00005')).toBe(0);
    expect(await found('Basic.all\u0000x')).toBe(0);
    expect((await records.reader.read('own', { type: 'Basic', id: 'thrice' }, everything))?.deleted).toBe(true);
  });

  test('guards see what was written before, also in the same moment', async () => {
    const guard: Guard = { space: 'own', type: 'Device', where: { kind: 'token', anyOf: ['Device.identifier\u0000one'] }, count: 0 };
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        records.writer.append(
          unit({
            versions: [draft({ type: 'Device', id: `d${index}`, terms: { tokens: ['Device.identifier\u0000one'], edges: [] } })],
            guards: [guard],
          }),
        ),
      ),
    );
    expect(results.filter(({ ok }) => ok).length).toBe(1);
    for (const result of results) if (!result.ok) expect(result.error).toMatchObject({ code: 'records.guard', data: { guard: 0, found: 1 } });
    const chained: Guard = {
      space: 'own',
      type: 'Basic',
      where: { kind: 'chain', param: 'Basic.device', type: 'Device', where: guard.where },
      count: 1,
    };
    const edge = draft({
      type: 'Basic',
      id: 'linked',
      terms: { tokens: [], edges: [{ param: 'Basic.device', target: `Device/d${results.findIndex(({ ok }) => ok)}` }] },
    });
    const [first, second] = await Promise.all([
      records.writer.append(unit({ versions: [edge] })),
      records.writer.append(unit({ versions: [draft({ type: 'Basic', id: 'after' })], guards: [chained] })),
    ]);
    expect([first.ok, second.ok]).toEqual([true, true]);
  });

  test('a reference may come before what it refers to', async () => {
    const observation = draft({
      type: 'Observation',
      id: 'early',
      terms: { tokens: [], edges: [{ param: 'Observation.subject', target: 'Patient/late' }] },
    });
    await write(records, observation);
    expect(await records.reader.included('own', [observation], 'Observation.subject', [], everything)).toEqual([]);
    await write(records, draft({ type: 'Patient', id: 'late', terms: { tokens: ['Patient.name\u0000late'], edges: [] } }));
    expect((await records.reader.included('own', [observation], 'Observation.subject', [], everything)).map(({ id }) => id)).toEqual(['late']);
    const chain = {
      kind: 'chain',
      param: 'Observation.subject',
      type: 'Patient',
      where: { kind: 'token', anyOf: ['Patient.name\u0000late'] },
    } as const;
    expect(
      (
        await records.reader.search({
          space: 'own',
          types: ['Observation'],
          where: chain,
          visibility: everything,
          order: { by: 'stored' },
          limit: 5,
          withTotal: false,
        })
      ).records.map(({ id }) => id),
    ).toEqual(['early']);
  });

  test('a lost session: what was acknowledged stays, writing goes on, the log has no gap', async () => {
    const ids: string[] = [];
    let failures = 0;
    let isOver = false;
    const writing = Promise.all(
      Array.from({ length: 4 }, async (_, client) => {
        for (let index = 0; !isOver; index++) {
          const id = `lost-${client}-${index}`;
          const result = await records.writer.append(unit({ versions: [draft({ type: 'Basic', id })] }));
          if (result.ok) ids.push(id);
          else {
            expect(result.error.code).toBe('store.unavailable');
            failures++;
          }
        }
      }),
    );
    // A session can be lost between two units, when nobody waits for it: again then, once the next one writes, until three were lost in the
    // midst of work.
    for (let rounds = 0, lost = 0; lost < 3 && rounds < 200; rounds++) {
      const written = ids.length;
      await eventually(async () => ids.length > written + 3);
      const before = failures;
      await records.database.query({
        text: `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'careledger writer' and datname = current_database()`,
        values: [],
      });
      await eventually(async () => failures > before || ids.length > written + 20);
      if (failures > before) lost++;
    }
    isOver = true;
    await writing;
    expect(failures).toBeGreaterThan(2);
    expect(
      (
        await records.reader.readMany(
          'own',
          ids.map((id) => ({ type: 'Basic', id })),
          everything,
        )
      ).length,
    ).toBe(ids.length);
    const report = await verifyStored(records.context);
    expect(report.damages).toEqual([]);
    expect(report.checked.entries).toBe(records.log.size());
  });

  test('a second process on the database is refused', async () => {
    const database = await freshDatabase(kind);
    const first = await openTestRecords({ database });
    const second = await openRecords({ organisation: 'city-hospital', rootKey: rootKeyFromBytes(new Uint8Array(32)), database });
    expect(second).toMatchObject({ ok: false, error: { code: 'store.locked' } });
    await first.close();
    const third = await openTestRecords({ database });
    await third.close();
  });

  test.each([1, 2, 1000])('a database of another version (%i) is refused, with what to do, and left as it is', async (version) => {
    const database = await freshDatabase(kind);
    const first = await openTestRecords({ database });
    await write(first, draft({ type: 'Basic', id: 'kept' }));
    await first.database.query({ text: 'update schema_version set version = $1', values: [version] });
    await first.close();
    const again = await openRecords({ organisation: 'city-hospital', rootKey: rootKeyFromBytes(new Uint8Array(32).fill(7)), database });
    expect(again).toMatchObject({ ok: false, error: { code: 'store.incompatible', hint: expect.stringContaining('new data directory') } });
    expect(again).toMatchObject({ error: { data: { found: version } } });
  });

  test('after closing nothing is taken', async () => {
    const closed = await openTestRecords({ kind });
    const last = closed.writer.append(unit({ versions: [draft({ type: 'Basic', id: 'last' })] }));
    await closed.close();
    expect(await last).toMatchObject({ ok: true });
    expect(await closed.writer.append(unit({ versions: [draft({ type: 'Basic', id: 'late' })] }))).toMatchObject({
      ok: false,
      error: { code: 'store.closed' },
    });
  });
});
