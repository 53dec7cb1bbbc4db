/** What the dashboard and the alert rules ask for, against what a node really prints at `/metrics`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const operations = path.join(import.meta.dirname, '../../docs/operations');

/** Prometheus puts these on what it scrapes. */
const SCRAPED = new Set(['instance', 'job']);

interface Query {
  readonly expr: string;
  readonly legendFormat: string;
}

const panels = (
  JSON.parse(readFileSync(path.join(operations, 'grafana/careledger.json'), 'utf8')) as {
    readonly panels: readonly { readonly targets?: readonly Query[] }[];
  }
).panels;
const queries: readonly Query[] = [
  ...panels.flatMap(({ targets = [] }) => targets),
  ...[...readFileSync(path.join(operations, 'prometheus/alerts.yml'), 'utf8').matchAll(/expr: (.+)$/gm)].map(([, expr]) => ({
    expr: expr!,
    legendFormat: '',
  })),
];

type Labels = ReadonlyMap<string, string>;

/** Samples by measure; one that is declared and has none yet is there with an empty list. */
function samplesIn(text: string): ReadonlyMap<string, readonly Labels[]> {
  const samples = new Map<string, Labels[]>([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => [name!, []]));
  for (const [, name, labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? -?[0-9.e+-]+$/gm))
    samples.get(name!)!.push(new Map([...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, value]) => [key!, value!])));
  return samples;
}

/** Every part of a query that finds nothing in `text`; `mayBeEmpty`: measures of which there may be no sample here. */
export function unanswered(text: string, mayBeEmpty: readonly string[] = []): readonly string[] {
  const samples = samplesIn(text);
  const problems: string[] = [];
  for (const { expr, legendFormat } of queries) {
    const wanted = [
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!),
      ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/, */)),
    ].filter((label) => !SCRAPED.has(label));
    for (const [, name, selector = ''] of expr.matchAll(/\b(careledger_[a-z_]+)(?:\{([^}]*)\})?/g)) {
      const found = samples.get(name!);
      const chosen = [...selector.matchAll(/(\w+)(=~?)"([^"]*)"/g)].filter(([, label]) => !SCRAPED.has(label!));
      const kept = found?.filter((labels) => chosen.every(([, label, how, value]) => how !== '=' || labels.get(label!) === value));
      const missing = [...wanted, ...chosen.map(([, label]) => label!)].filter((label) => kept?.some((labels) => !labels.has(label)));
      if (found === undefined) problems.push(`${expr}: there is no ${name}`);
      else if (kept!.length === 0 && !mayBeEmpty.includes(name!)) problems.push(`${expr}: there is no such ${name}`);
      else if (missing.length > 0) problems.push(`${expr}: ${name} has no ${missing.join(', ')}`);
    }
  }
  return problems;
}
