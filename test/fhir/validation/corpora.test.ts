import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../../src/base/bytes.ts';
import { parseJson } from '../../../src/fhir/json/parse.ts';
import { validateResource } from '../../../src/fhir/validation/validate.ts';
import { corpus, readTarGz } from '../../support/corpora.ts';
import { examplesFile, isInstance, resourcesIn, syntheaFile } from '../support/resources.ts';

const errorsOf = (resource: unknown): readonly string[] =>
  validateResource(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path}: ${message}`);

describe.skipIf(!syntheaFile)('Synthea', () => {
  test('all bundles are valid', () => {
    let bundles = 0;
    for (const { name, resource } of resourcesIn(syntheaFile!)) {
      expect({ name, errors: errorsOf(resource) }).toEqual({ name, errors: [] });
      bundles++;
    }
    expect(bundles).toBe(60);
  }, 60_000);
});

describe.skipIf(!examplesFile)('the official examples', () => {
  test('all instances are valid', () => {
    let instances = 0;
    for (const { name, resource } of resourcesIn(examplesFile!, isInstance)) {
      expect({ name, errors: errorsOf(resource) }).toEqual({ name, errors: [] });
      instances++;
    }
    expect(instances).toBeGreaterThan(700);
  }, 60_000);

  test('of the definitions, only those are not that break a rule of their own type', () => {
    const invalid = new Set<string>();
    let seen = 0;
    for (const { name, resource } of resourcesIn(examplesFile!, (path) => !isInstance(path))) {
      seen++;
      if (errorsOf(resource).length > 0) invalid.add(name.replace(/-.*/, ''));
    }
    expect(seen).toBeGreaterThan(4500);
    // SearchParameters without `base`, guides without `name`, logical models without baseDefinition (sdf-4), codes with no-break spaces.
    expect([...invalid].toSorted()).toEqual(['CodeSystem', 'ImplementationGuide', 'SearchParameter', 'StructureDefinition', 'ig']);
  }, 60_000);
});

const casesFile = corpus('fhir/fhir-validator-cases.tar.gz');

interface Case {
  readonly name: string;
  readonly file: string;
  readonly version?: string;
  readonly module?: string;
  readonly java?: unknown;
  readonly [more: string]: unknown;
}

/** What base R4 without terminology server, profiles, packages or options of the Java validator cannot decide. */
const needed = [
  'profile',
  'profiles',
  'supporting',
  'packages',
  'logical',
  'crumb-trail',
  'matchetype',
  'allow-comments',
  'fetcher',
  'ips',
  'certificate',
  'advisor',
];
const modules = new Set(['general', 'references', 'sd', 'bundle', 'security', 'xhtml', 'invariants', 'fmt', 'json5', 'dsig']);
const beyondBase =
  /Wrong Display Name|could not be found|Unable to resolve|unknown profile|is not in the value set|Unknown [cC]ode|signature|does not resolve|for security reasons|embedded HTML|Error generating Snapshot|Example URLs/;

describe.skipIf(!casesFile)("HL7's validator cases", () => {
  test('agreement on valid and invalid', () => {
    const files = new Map(readTarGz(casesFile!).map(({ path, bytes }) => [path.replace(/^(\.\/)?validator\//, ''), bytes]));
    const text = (path: string): string | undefined => (files.has(path) ? fromUtf8(files.get(path)!).replace(/^\uFEFF/, '') : undefined);
    const manifest = JSON.parse(text('manifest.json')!) as { 'test-cases': readonly Case[] };
    let agreed = 0;
    const disagreed: string[] = [];
    for (const one of manifest['test-cases']) {
      if (!one.version?.startsWith('4.0') || !one.file.endsWith('.json') || one['use-test'] === false) continue;
      if (!modules.has(one.module ?? '') || needed.some((key) => one[key] !== undefined)) continue;
      const source = text(one.file);
      const outcome = typeof one.java === 'string' ? text(`outcomes/${one.java}`) : undefined;
      if (source === undefined || outcome === undefined) continue;
      const { issue = [] } = JSON.parse(outcome) as { issue?: { severity: string; details?: { text?: string }; diagnostics?: string }[] };
      const expected = issue.filter(({ severity }) => severity === 'error' || severity === 'fatal');
      if (expected.length > 0 && expected.every(({ details, diagnostics }) => beyondBase.test(details?.text ?? diagnostics ?? ''))) continue;
      const parsed = parseJson(source);
      const refused = !parsed.ok || errorsOf(parsed.value).length > 0;
      if (refused === expected.length > 0) agreed++;
      else disagreed.push(one.name);
    }
    const rate = agreed / (agreed + disagreed.length);
    console.info(`HL7 validator cases: ${agreed} of ${agreed + disagreed.length} agree (${(100 * rate).toFixed(1)} %); not: ${disagreed.join(', ')}`);
    expect(agreed).toBeGreaterThan(60);
    expect(rate).toBeGreaterThan(0.85);
  }, 60_000);
});
