/** Dashboard, alert rules, metrics and runbooks belong together: nothing is shown that no node tells, no alert is without its page. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OperatorStatus } from '../../src/contract/operator.ts';
import { alarmCodes } from '../../src/gateway/operator/alarms.ts';
import { operatorMetrics } from '../../src/gateway/operator/metrics.ts';
import { statusOf } from '../gateway/operator-status.ts';

const operations = path.join(import.meta.dirname, '../../docs/operations');
const read = (name: string): string => readFileSync(path.join(operations, name), 'utf8');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

const dashboard = JSON.parse(read('grafana/careledger.json')) as {
  readonly panels: readonly Panel[];
  readonly uid: string;
  readonly schemaVersion: number;
};
const namesIn = (text: string): readonly string[] => [...new Set([...text.matchAll(/\bcareledger_[a-z_]+/g)].map(([name]) => name))];

/** Those of the records are told beside the operator's (`src/node/metrics.ts`). */
const status: OperatorStatus = statusOf({});
const told = new Set([
  ...operatorMetrics(status).map(({ name }) => name),
  ...namesIn(readFileSync(path.join(import.meta.dirname, '../../src/node/metrics.ts'), 'utf8').replaceAll(/gauge\('/g, "gauge('careledger_")),
]);

describe('the dashboard', () => {
  const expressions = dashboard.panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);

  test('shows only what a node tells', () => {
    expect(expressions.length).toBeGreaterThan(30);
    expect(expressions.flatMap(namesIn).filter((name) => !told.has(name))).toEqual([]);
  });

  test('shows everything that a node tells', () => {
    const shown = new Set(expressions.flatMap(namesIn));
    expect([...told].filter((name) => !shown.has(name))).toEqual([]);
  });

  test('can be imported: ids are unique, panels lie in the grid and on none another', () => {
    expect(dashboard).toMatchObject({ uid: 'careledger', schemaVersion: 39 });
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = new Set<string>();
    for (const { title, gridPos, targets, type } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      expect(type === 'row' || (targets?.length ?? 0) > 0, title).toBe(true);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x},${y}`), `${title} at ${x},${y}`).toBe(false);
          cells.add(`${x},${y}`);
        }
    }
  });
});

describe('the alert rules', () => {
  const rules = read('prometheus/alerts.yml')
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((text) => ({
      name: text.split('\n', 1)[0]!,
      expression: /^ {8}expr: (.+)$/m.exec(text)?.[1] ?? '',
      runbook: /runbook_url: (?:docs\/operations\/)?(\S+)$/m.exec(text)?.[1] ?? '',
    }));

  test('there is one for each alarm, and one for a node that says nothing', () => {
    expect(rules).toHaveLength(alarmCodes.length + 1);
    for (const code of alarmCodes) expect(rules.filter(({ expression }) => expression === `careledger_alarm{code="${code}"} > 0`)).toHaveLength(1);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  test('each names a runbook that exists, and measures that a node tells', () => {
    for (const { name, runbook, expression } of rules) {
      expect(existsSync(path.join(operations, runbook)), name).toBe(true);
      expect(namesIn(expression).filter((one) => !told.has(one))).toEqual([]);
    }
  });
});

test('every alarm is a series from the start, so that an alert on it can be tested', () => {
  const alarm = operatorMetrics(status).find(({ name }) => name === 'careledger_alarm')!;
  expect(alarm.values.map(({ labels, value }) => [labels!['code'], value])).toEqual(alarmCodes.map((code) => [code, 0]));
});

test('docs/operations/monitoring.md lists every measure', () => {
  const listed = new Set(namesIn(read('monitoring.md')));
  expect([...told].filter((name) => !listed.has(name))).toEqual([]);
  expect([...listed].filter((name) => !told.has(name))).toEqual([]);
});
