import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import type { Match, Order, Query, VersionDraft, Visibility } from '../../src/records/model.ts';
import { lapsed } from '../../src/records/lapsed.ts';
import type { Records } from '../../src/records/open.ts';
import { seededRandom } from '../support/damage.ts';
import { NaiveRecords } from '../support/naive-records.ts';
import { hasServer, openTestRecords, stopServersAfterwards, type ServerKind } from '../support/postgres.ts';
import { draft, everything, write } from '../support/records.ts';

stopServersAfterwards();

const seed = Number(process.env.CARELEDGER_SEED ?? 3);
const types = ['Patient', 'Observation', 'Encounter', 'Organization'];
const patients = ['p0', 'p1', 'p2', 'p3'];
const labels = ['SUD', 'PSY'];

/** Random records that refer to each other, some updated, some deleted, some labelled. */
function population(random: (below: number) => number, count: number): VersionDraft[] {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const some = <T>(list: readonly T[], outOf: number): T[] => list.filter(() => random(outOf) === 0);
  const drafts: VersionDraft[] = [];
  const versions = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const type = pick(types);
    const id = type === 'Patient' ? pick(patients) : `${type[0]!.toLowerCase()}${random(count / 4)}`;
    const name = `${type}/${id}`;
    const version = (versions.get(name) ?? 0) + 1;
    versions.set(name, version);
    const deleted = version > 1 && random(6) === 0;
    const patient = type === 'Patient' ? id : type === 'Organization' ? undefined : pick(patients);
    const edges = patient === undefined || type === 'Patient' ? [] : [{ param: `${type}.subject`, target: `Patient/${patient}` }];
    if (type === 'Observation' && random(2) === 0) edges.push({ param: 'Observation.encounter', target: `Encounter/e${random(count / 4)}` });
    if (random(3) === 0) edges.push({ param: `${type}.organization`, target: `Organization/o${random(count / 4)}` });
    drafts.push(
      draft({
        type,
        id,
        version,
        deleted,
        patient,
        content: utf8(`{"resourceType":"${type}","id":"${id}","n":${index}}`),
        lastUpdated: 1_700_000_000_000 + random(50) * 1000,
        compartments:
          deleted || patient === undefined
            ? []
            : [
                patient,
                ...some(
                  patients.filter((other) => other !== patient),
                  12,
                ),
              ],
        labels: deleted ? [] : some(labels, 5),
        terms: deleted
          ? { tokens: [], edges: [] }
          : {
              tokens: [
                `${type}.code\u0000c${random(5)}`,
                ...(random(2) === 0 ? [`${type}.code\u0000c${random(5)}`] : []),
                `${type}.status\u0000${pick(['final', 'draft'])}`,
              ],
              edges,
            },
        ...(random(4) === 0 ? {} : { sortDate: 1_500_000_000_000 + random(30) * 86_400_000 }),
      }),
    );
  }
  return drafts;
}

function randomMatch(random: (below: number) => number, type: string, depth: number): Match {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const simple: (() => Match)[] = [
    () => ({ kind: 'token', anyOf: [`${type}.code\u0000c${random(5)}`] }),
    () => ({ kind: 'token', anyOf: [`${type}.code\u0000c${random(5)}`, `${type}.code\u0000c${random(5)}`] }),
    () => ({ kind: 'refers', param: `${type}.subject`, anyOf: [`Patient/${pick(patients)}`] }),
    () => ({
      kind: 'refers',
      param: `${type}.organization`,
      anyOf: [`Organization/o${random(20)}`, `Organization/o${random(20)}`, `Organization/o${random(20)}`],
    }),
    () => ({
      kind: 'updated',
      from: 1_700_000_000_000 + random(50) * 1000,
      ...(random(2) === 0 ? { before: 1_700_000_000_000 + random(50) * 1000 } : {}),
    }),
    () => ({ kind: 'ids', ids: [pick(patients), `${type[0]!.toLowerCase()}${random(20)}`, `${type[0]!.toLowerCase()}${random(20)}`] }),
    () => ({ kind: 'everything' }),
    () => ({ kind: 'token', anyOf: [] }),
    () => ({ kind: 'token', anyOf: [`${type}.status\u0000final`] }),
  ];
  const nested: (() => Match)[] = [
    () => ({ kind: 'chain', param: `${type}.subject`, type: 'Patient', where: randomMatch(random, 'Patient', depth - 1) }),
    () => ({ kind: 'chain', param: `${type}.encounter`, type: 'Encounter', where: randomMatch(random, 'Encounter', depth - 1) }),
    () => ({ kind: 'chain', param: `${type}.organization`, type: 'Organization', where: randomMatch(random, 'Organization', depth - 1) }),
    () => ({ kind: 'reverse', param: 'Observation.subject', type: 'Observation', where: randomMatch(random, 'Observation', depth - 1) }),
    () => ({ kind: 'reverse', param: 'Observation.encounter', type: 'Observation', where: randomMatch(random, 'Observation', depth - 1) }),
    () => ({ kind: 'all', of: [randomMatch(random, type, depth - 1), randomMatch(random, type, depth - 1)] }),
    () => ({ kind: 'some', of: [randomMatch(random, type, depth - 1), randomMatch(random, type, depth - 1)] }),
    () => ({ kind: 'not', of: randomMatch(random, type, depth - 1) }),
  ];
  return pick(depth > 0 && random(3) > 0 ? nested : simple)();
}

function randomVisibility(random: (below: number) => number): Visibility {
  if (random(3) === 0) return everything;
  return {
    patients: random(3) === 0 ? 'all' : patients.filter(() => random(2) === 0),
    sharedTypes: random(2) === 0 ? ['Organization'] : [],
    withoutLabels: labels.filter(() => random(2) === 0),
    ...(random(4) === 0 ? { onlyTypes: types.filter(() => random(2) === 0) } : {}),
  };
}

const servers = (['embedded', 'debian'] as const).filter((kind) => hasServer(kind) || process.env.CI === 'true');
if (!hasServer('debian')) console.warn('skipped: Debian’s PostgreSQL is not installed');

describe.each<ServerKind>(servers)('queries on %s PostgreSQL', (kind) => {
  const random = seededRandom(seed);
  const naive = new NaiveRecords();
  let records: Records;
  /** Of the versions, in the order in which they were written. */
  const sequences: number[] = [];

  beforeAll(async () => {
    records = await openTestRecords({ kind });
    const drafts = population(random, 400);
    for (let at = 0; at < drafts.length; at += 25) sequences.push(...(await write(records, ...drafts.slice(at, at + 25))));
    for (const each of drafts) naive.write(each);
  });

  afterAll(() => records.close());

  const all = async (query: Query): Promise<{ names: string[]; totals: (number | undefined)[] }> => {
    const names: string[] = [];
    const totals: (number | undefined)[] = [];
    for (let after: string | undefined, pages = 0; pages < 100; pages++) {
      const page = await records.reader.search(after === undefined ? query : { ...query, after });
      names.push(...page.records.map(NaiveRecords.name));
      totals.push(page.total);
      if (page.next === undefined) break;
      after = page.next;
    }
    return { names, totals };
  };

  test('random queries answer as the definition says, through all pages, whatever may be seen', { timeout: 120_000 }, async () => {
    let hits = 0;
    for (let round = 0; round < 400; round++) {
      const type = types[random(types.length)]!;
      const orders: readonly Order[] = [
        { by: 'stored' },
        { by: 'updated', descending: random(2) === 0 },
        { by: 'date', descending: random(2) === 0 },
      ];
      const query: Query = {
        space: 'own',
        types: random(8) === 0 ? [type, 'Encounter'].filter((name, index, list) => list.indexOf(name) === index) : [type],
        where: randomMatch(random, type, 3),
        visibility: randomVisibility(random),
        order: orders[random(3)]!,
        limit: 1 + random(40),
        withTotal: random(2) === 0,
      };
      const expected = naive.search(query);
      const found = await all(query);
      expect(found.names, JSON.stringify(query)).toEqual(expected);
      if (query.withTotal) expect(new Set(found.totals), JSON.stringify(query)).toEqual(new Set([expected.length]));
      hits += expected.length;
    }
    expect(hits).toBeGreaterThan(2000);
  });

  test('reads, includes, compartments and histories show what may be seen and nothing else', async () => {
    for (let round = 0; round < 60; round++) {
      const visibility = randomVisibility(random);
      const names = naive.order.filter(() => random(8) === 0);
      const keys = names.map((name) => ({ type: name.split('/')[0]!, id: name.split('/')[1]! }));
      const seen = (draft: VersionDraft | undefined): boolean => draft !== undefined && naive.visible(draft, visibility);
      const many = await records.reader.readMany('own', keys, visibility);
      expect(new Set(many.map(NaiveRecords.name))).toEqual(new Set(names.filter((name) => seen(naive.heads.get(name)))));
      for (const version of many) expect(Buffer.from(version.content)).toEqual(Buffer.from(naive.heads.get(NaiveRecords.name(version))!.content));

      const from = names.filter((name) => seen(naive.heads.get(name)));
      const included = await records.reader.included('own', keys, 'Observation.subject', round % 2 === 0 ? [] : ['Patient'], visibility);
      const targets = from.flatMap((name) =>
        naive.heads
          .get(name)!
          .terms.edges.filter(({ param }) => param === 'Observation.subject')
          .map(({ target }) => target),
      );
      const current = (name: string): boolean => seen(naive.heads.get(name)) && !naive.heads.get(name)!.deleted;
      expect(new Set(included.map(NaiveRecords.name))).toEqual(new Set(targets.filter(current)));

      const including = await records.reader.including('own', keys, 'Observation', 'Observation.encounter', visibility);
      const referring = naive.order.filter(
        (name) =>
          name.startsWith('Observation/') &&
          current(name) &&
          naive.heads.get(name)!.terms.edges.some(({ param, target }) => param === 'Observation.encounter' && from.includes(target)),
      );
      expect(new Set(including.map(NaiveRecords.name))).toEqual(new Set(referring));

      const patient = patients[random(patients.length)]!;
      const compartment: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await records.reader.compartment('own', patient, visibility, { limit: 7, ...(after === undefined ? {} : { after }) });
        compartment.push(...page.records.map(NaiveRecords.name));
        if ((after = page.next) === undefined) break;
      }
      expect(compartment).toEqual(naive.order.filter((name) => current(name) && naive.heads.get(name)!.compartments.includes(patient)));

      const type = types[random(types.length)]!;
      const history: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await records.reader.history(
          'own',
          round % 3 === 0 ? {} : { type },
          { limit: 11, ...(after === undefined ? {} : { after }) },
          visibility,
        );
        history.push(...page.records.map((version) => `${NaiveRecords.name(version)}/${version.version}`));
        if ((after = page.next) === undefined) break;
      }
      const past = naive.versions.filter(
        (version) => (round % 3 === 0 || version.type === type) && seen(version) && seen(naive.heads.get(NaiveRecords.name(version))),
      );
      expect(history).toEqual(past.map((version) => `${NaiveRecords.name(version)}/${version.version}`).reverse());

      const single = await records.reader.history('own', keys[0]!, { limit: 100 }, visibility);
      const versions =
        past.length >= 0
          ? naive.versions.filter((version) => NaiveRecords.name(version) === names[0] && seen(version) && seen(naive.heads.get(names[0]!)))
          : [];
      expect(single.records.map(({ version }) => version)).toEqual(versions.map(({ version }) => version).reverse());
      expect(single.total).toBe(versions.length);
      for (const version of versions)
        expect((await records.reader.readVersion('own', keys[0]!, version.version, visibility))?.version).toBe(version.version);
    }
    const counts = await records.reader.counts('own');
    for (const type of types)
      expect(counts.get(type) ?? 0).toBe(naive.order.filter((name) => name.startsWith(`${type}/`) && !naive.heads.get(name)!.deleted).length);
  });

  test('records whose current version is out of a visibility that an earlier one was in', async () => {
    const placed = naive.versions.map((version, index) => ({ version, sequence: sequences[index]! }));
    let hits = 0;
    for (let round = 0; round < 60; round++) {
      const visibility = randomVisibility(random);
      const shown = round % 3 === 0 ? [] : [randomVisibility(random), ...(round % 3 === 1 ? [randomVisibility(random)] : [])];
      const since = round % 2 === 0 ? 0 : sequences[random(sequences.length)]!;
      const names = naive.order.filter(() => random(3) === 0);
      const expected = naive.order.flatMap((name) => {
        const versions = placed.filter(({ version }) => NaiveRecords.name(version) === name);
        const head = versions.at(-1)!;
        const last = versions.findLastIndex(({ version }) => naive.visible(version, visibility));
        const given = versions.some(
          ({ version }) => naive.visible(version, visibility) && (shown.length === 0 || shown.some((each) => naive.visible(version, each))),
        );
        const out = versions[last + 1];
        return out && given ? [{ name, version: out.version.version, sequence: out.sequence, head: head.sequence }] : [];
      });
      const said = (found: Awaited<ReturnType<typeof records.reader.lapsed>>) =>
        found.map(({ version, sequence, head, ...record }) => ({ name: NaiveRecords.name(record), version, sequence, head }));
      const inOrder = expected.toSorted((a, b) => a.head - b.head);
      const wanted = inOrder.filter(({ sequence }) => sequence >= since);
      expect(said(await records.reader.lapsed('own', { since }, visibility, shown, 1000))).toEqual(wanted);
      // Looked for from the other end, as when there are many.
      expect(said(await lapsed(records.context, 'own', { since }, visibility, shown, 1000, 0))).toEqual(wanted);
      expect(said(await records.reader.lapsed('own', { since }, visibility, shown, 3))).toEqual(wanted.slice(0, 3));
      const keys = names.map((name) => ({ type: name.split('/')[0]!, id: name.split('/')[1]! }));
      const asked = said(await records.reader.lapsed('own', { since, keys }, visibility, shown, 1000));
      expect(asked).toEqual(wanted.filter(({ name }) => names.includes(name)));
      const from = sequences[random(sequences.length)]!;
      for (const few of [0, 5000])
        expect(said(await lapsed(records.context, 'own', { since, from }, visibility, shown, 1000, few))).toEqual(
          wanted.filter(({ head }) => head >= from),
        );
      hits += wanted.length;

      const left = await records.reader.leftCompartments('own', keys, ['p1', 'p3', 'nobody']);
      const gone = names.flatMap((name, index) =>
        ['p1', 'p3'].flatMap((patient) => {
          const versions = naive.versions.filter((version) => NaiveRecords.name(version) === name);
          const was = versions.slice(0, -1).some(({ compartments }) => compartments.includes(patient));
          return was && !versions.at(-1)!.compartments.includes(patient) ? [`${index} ${patient}`] : [];
        }),
      );
      expect(left.map(({ index, patient }) => `${index} ${patient}`).toSorted()).toEqual(gone.toSorted());
    }
    expect(hits).toBeGreaterThan(100);
  });

  test('cursors are of one query only', async () => {
    const query: Query = {
      space: 'own',
      types: ['Observation'],
      where: { kind: 'everything' },
      visibility: everything,
      order: { by: 'stored' },
      limit: 3,
      withTotal: false,
    };
    const { next } = await records.reader.search(query);
    await expect(records.reader.search({ ...query, types: ['Encounter'], after: next! })).rejects.toMatchObject({ code: 'records.bad-cursor' });
    await expect(records.reader.search({ ...query, visibility: { ...everything, withoutLabels: ['SUD'] }, after: next! })).rejects.toMatchObject({
      code: 'records.bad-cursor',
    });
    await expect(records.reader.search({ ...query, after: `${next!.slice(0, -2)}AA` })).rejects.toMatchObject({ code: 'records.bad-cursor' });
    await expect(records.reader.search({ ...query, after: 'nonsense!' })).rejects.toMatchObject({ code: 'records.bad-cursor' });
  });

  test('spaces never mix', async () => {
    await write(
      records,
      draft({ space: 'st-marys', type: 'Patient', id: 'p0', terms: { tokens: ['Patient.code\u0000c1'], edges: [] } }),
      draft({ type: 'Basic', id: 'x' }),
    );
    expect(await records.reader.read('st-marys', { type: 'Basic', id: 'x' }, everything)).toBeUndefined();
    const query: Query = {
      space: 'st-marys',
      types: [],
      where: { kind: 'everything' },
      visibility: everything,
      order: { by: 'stored' },
      limit: 10,
      withTotal: true,
    };
    expect((await records.reader.search(query)).total).toBe(1);
    expect((await records.reader.search({ ...query, space: 'elsewhere' })).total).toBe(0);
    expect(await records.reader.counts('st-marys')).toEqual(new Map([['Patient', 1]]));
  });
});
