/** Keeps the layers of ARCHITECTURE.md: who may import whom, and why. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const source = path.join(import.meta.dirname, '../src');

/** A layer may import itself and what is listed; the reason is what breaks when it does more. */
const layers: Record<string, { may: readonly string[]; because: string }> = {
  base: { may: [], because: 'everything stands on it' },
  contract: { may: [], because: 'the portal ships it: types of interfaces only' },
  ledger: { may: ['base'], because: 'pure core: runs in browsers and on every engine alike (P5, P10)' },
  'engine/abci': { may: [], because: 'stands alone: a server that anybody’s application could use' },
  'engine/curve': { may: ['base'], because: 'arithmetic on points: does not know who signs what' },
  'engine/disk': { may: ['base', 'ledger', 'engine/curve'], because: 'keeps what was decided; does not know who decides the order' },
  'engine/embedded': { may: ['base', 'ledger', 'engine/disk'], because: 'one of several engines: orders what it does not understand (P6)' },
  'engine/cometbft': { may: ['base', 'ledger', 'engine/disk', 'engine/abci'], because: 'one of several engines: another program orders (P6)' },
  vault: { may: ['base'], because: 'holds keys: knows no records and no database' },
  store: { may: ['base'], because: 'knows rows, never keys or FHIR (P2)' },
  anchoring: { may: ['base', 'ledger', 'store', 'vault'], because: 'sees the ledger through its port, whatever engine is behind (P6)' },
  records: { may: ['base', 'ledger', 'store', 'vault', 'anchoring'], because: 'the only way to health data on disk; knows no FHIR and no roles' },
  access: { may: ['base', 'records'], because: 'decides, and depends on nothing it decides about (P4)' },
  network: { may: ['base', 'ledger'], because: 'a channel between nodes: does not know what it carries' },
  witness: { may: ['base', 'ledger'], because: 'stands alone too: an outside witness has neither records nor members' },
  sharing: {
    may: ['base', 'contract', 'ledger', 'vault', 'records', 'access', 'network'],
    because: 'a use: meets other uses in the layers below only',
  },
  fhir: { may: ['base', 'records', 'access'], because: 'a use: meets other uses in the layers below only' },
  synthetic: { may: ['base'], because: 'data from a seed: independent of what stores it' },
  gateway: {
    may: ['base', 'contract', 'ledger', 'records', 'access', 'network', 'witness', 'sharing', 'fhir'],
    because: 'protocols over the uses: nothing is decided here',
  },
  node: {
    may: ['base', 'contract', 'ledger', 'vault', 'records', 'access', 'network', 'witness', 'sharing', 'fhir', 'gateway'],
    because: 'one organisation: the engine is handed in (P6)',
  },
  sandbox: {
    may: [
      'base',
      'contract',
      'ledger',
      'engine/disk',
      'engine/embedded',
      'engine/cometbft',
      'vault',
      'store',
      'anchoring',
      'records',
      'access',
      'network',
      'witness',
      'sharing',
      'fhir',
      'gateway',
      'node',
      'synthetic',
    ],
    because: 'nodes in one process on the embedded engine',
  },
  organisation: {
    may: ['base', 'contract', 'ledger', 'engine/disk', 'engine/cometbft', 'vault', 'store', 'access', 'network', 'gateway', 'witness', 'node'],
    because: 'one organisation of a network of several machines: its home, its engine, its node',
  },
  cli: {
    may: [
      'base',
      'contract',
      'ledger',
      'engine/disk',
      'engine/embedded',
      'engine/cometbft',
      'vault',
      'store',
      'anchoring',
      'records',
      'access',
      'network',
      'witness',
      'sharing',
      'fhir',
      'gateway',
      'node',
      'organisation',
      'sandbox',
      'synthetic',
    ],
    because: 'a composition root',
  },
  'main.ts': { may: ['base', 'node', 'sandbox'], because: 'the composition root of the server: options in, sandbox out' },
  web: { may: ['base', 'ledger', 'contract'], because: 'a client without privileges; verifies with the production core (P10)' },
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const layerOf = (file: string): string => Object.keys(layers).find((layer) => file === layer || file.startsWith(`${layer}/`)) ?? `?${file}`;
const statement = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;
const edges = files.flatMap((file) =>
  [...readFileSync(path.join(source, file), 'utf8').matchAll(statement)].map((match) => ({
    from: file,
    specifier: (match[1] ?? match[2])!,
    typeOnly: /\b(?:import|export)\s+type\b/.test(match[0]),
  })),
);
const inside = edges
  .filter(({ specifier }) => specifier.startsWith('.') && !/\.(css|json|svg)$/.test(specifier))
  .map((edge) => ({ ...edge, to: path.normalize(path.join(path.dirname(edge.from), edge.specifier)).replace(/\?.*$/, '') }));

/** What a caller may see is decided in `access`. Elsewhere it is only narrowed; these look for themselves, each for a reason, and release nothing by it. */
const ownVisibility: Record<string, string> = {
  'records/query/guard.ts': 'a condition of the node itself, not of a caller',
  'fhir/interactions/shared.ts': 'whose record of another custodian is asked for: what the decision needs to know first',
  'gateway/portal/desk.ts': 'whether there is such a patient, after the decision',
  'gateway/portal/subject.ts': 'the names of the patient whose own share or request it is',
  'sharing/grantee/copy-store.ts': 'keeps copies: compares what is stored with what arrives',
  'sharing/prove.ts': 'looks for copies that still wait for their proof',
  'sandbox/perform-attack.ts': 'looks for something to damage',
};

/** The map: rows of the table in ARCHITECTURE.md. */
const map = new Map(
  [...readFileSync(path.join(source, '../ARCHITECTURE.md'), 'utf8').matchAll(/^\| `src\/([^`]+)` \|[^|]+\| ([^|]+) \|$/gm)].map(([, layer, may]) => [
    layer!,
    may!.trim(),
  ]),
);

describe('the architecture', () => {
  test('is what the map says', () => {
    const said = Object.fromEntries([...map].map(([layer, may]) => [layer, may === '–' ? [] : may.split(', ')]));
    expect(said).toEqual(Object.fromEntries(Object.entries(layers).map(([layer, { may }]) => [layer, may])));
  });

  test('makes what a caller may see in one place (P4)', () => {
    const making = files.filter((file) => layerOf(file) !== 'access' && /\bwithoutLabels: \[/.test(readFileSync(path.join(source, file), 'utf8')));
    expect(making.toSorted()).toEqual(Object.keys(ownVisibility).toSorted());
  });

  test('was seen: files, edges and every layer', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(inside.length).toBeGreaterThan(400);
    expect([...new Set(files.map(layerOf))].toSorted()).toEqual(Object.keys(layers).toSorted());
    expect(inside.filter(({ to }) => !files.includes(to))).toEqual([]);
  });

  test.each(Object.entries(layers))('%s imports only what its layer may', (layer, { may, because }) => {
    const wrong = inside.filter(({ from, to }) => layerOf(from) === layer && layerOf(to) !== layer && !may.includes(layerOf(to)));
    expect(
      wrong.map(({ from, to }) => `${from} → ${to}: ${layer} is to import at most ${may.join(', ') || 'nothing'}, for it is: ${because}`),
    ).toEqual([]);
  });

  test('has no cycles between files', () => {
    const next = Map.groupBy(inside, ({ from }) => from);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) return void cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      if (done.has(file)) return;
      for (const { to } of next.get(file) ?? []) visit(to, [...trail, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test('has no barrels', () => {
    expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file))).toEqual([]);
  });

  test('keeps the ledger pure: no I/O, clock, randomness, locale or floating point (P5)', () => {
    const allowed = /^(\.|#sha256$|#ed25519$)/;
    expect(edges.filter(({ from, specifier }) => layerOf(from) === 'ledger' && !allowed.test(specifier))).toEqual([]);
    const impure =
      /\bDate\.now|new Date\(\)|Math\.random|\bperformance\b|getRandomValues|\bprocess\.|\bfetch\(|setTimeout|setInterval|toLocale|\bIntl\b|localeCompare|parseFloat|\bFloat(32|64)Array|\/\*\*? float/;
    const strip = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
    const found = files.filter((file) => layerOf(file) === 'ledger' && impure.test(strip(readFileSync(path.join(source, file), 'utf8'))));
    expect(found).toEqual([]);
  });

  test('keeps libraries from ending the process', () => {
    const found = files.filter((file) => /process\.exit\(/.test(readFileSync(path.join(source, file), 'utf8')) && !file.endsWith('main.ts'));
    expect(found).toEqual([]);
  });
});
