/**
 * Sensitivity labels of a record: what its sender says (`meta.security`), and what its codes imply. Each rule looks at a single code; a
 * code counts wherever it stands in the resource. The lists are a start, not a terminology: an organisation adds its own.
 */
import { hiv } from './hiv.ts';
import { mentalHealth } from './mental-health.ts';
import type { LabelRule } from './model.ts';
import { sexualHealth } from './sexual-health.ts';
import { substanceUse } from './substance-use.ts';
import { violence } from './violence.ts';

export const labelRules: readonly LabelRule[] = [...mentalHealth, ...substanceUse, ...sexualHealth, ...hiv, ...violence];

const statedSystems: ReadonlySet<string> = new Set([
  'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
]);
const maxLabelLength = 32;
const maxDepth = 64;

interface SystemRules {
  readonly codes: ReadonlyMap<string, string>;
  readonly prefixes: readonly (readonly [prefix: string, label: string])[];
}

const bySystem: ReadonlyMap<string, SystemRules> = new Map(
  [...Map.groupBy(labelRules, (rule) => rule.system)].map(([system, rules]) => [
    system,
    {
      codes: new Map(rules.flatMap(({ codes = [], label }) => codes.map((code) => [code, label] as const))),
      prefixes: rules.flatMap(({ prefixes = [], label }) => prefixes.map((prefix) => [prefix, label] as const)),
    },
  ]),
);

function addImplied(system: string, code: string, labels: Set<string>): void {
  const rules = bySystem.get(system);
  if (!rules) return;
  const label = rules.codes.get(code);
  if (label !== undefined) labels.add(label);
  for (const [prefix, implied] of rules.prefixes) if (code.startsWith(prefix)) labels.add(implied);
}

function walk(value: object, depth: number, labels: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if (typeof item === 'object' && item !== null) walk(item, depth, labels);
    return;
  }
  const { system, code } = value as { system?: unknown; code?: unknown };
  if (typeof system === 'string' && typeof code === 'string') addImplied(system, code, labels);
  if (depth >= maxDepth) return;
  for (const key in value) {
    const child = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof child === 'object' && child !== null && key !== 'meta') walk(child, depth + 1, labels);
  }
}

/** `resource` is a parsed FHIR resource. Labels are HL7 v3 ActCode and Confidentiality codes, sorted. */
export function labelsOf(resource: Readonly<Record<string, unknown>>): readonly string[] {
  const labels = new Set<string>();
  const security = (resource['meta'] as { security?: unknown } | undefined)?.security;
  if (Array.isArray(security)) {
    for (const coding of security as ({ system?: unknown; code?: unknown } | null)[]) {
      if (coding && typeof coding.code === 'string' && coding.code.length <= maxLabelLength && statedSystems.has(coding.system as string))
        labels.add(coding.code);
    }
  }
  walk(resource, 0, labels);
  return [...labels].sort();
}
