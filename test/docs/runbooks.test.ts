/** `docs/operations/runbooks/` is what the portal shows, one page an alarm; `npm test -- test/docs -u` writes it anew. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AlarmCode } from '../../src/contract/operator.ts';
import { alarmCodes } from '../../src/gateway/operator/alarms.ts';
import { runbooksEn } from '../../src/web/i18n/en/runbooks.ts';

const folder = path.join(import.meta.dirname, '../../docs/operations/runbooks');

function page(code: AlarmCode): string {
  const of = (part: 'title' | 'means' | 'did' | 'do' | 'over'): string => runbooksEn[`${code}.${part}`];
  const steps = of('do')
    .split('\n')
    .map((step, at) => `${at + 1}. ${step}`);
  return [
    `# ${of('title')}`,
    `Alarm \`${code}\`. Shown by the portal under \`/desk/alarms/${code}\`; in Prometheus \`careledger_alarm{code="${code}"}\` (1 attention, 2 harm).`,
    '## What it means',
    of('means'),
    '## What the node has done by itself',
    of('did'),
    '## What to do',
    steps.join('\n'),
    '## How you see that it is over',
    `${of('over')}\n`,
  ].join('\n\n');
}

describe('runbooks', () => {
  test.each(alarmCodes)('%s', async (code) => {
    await expect(page(code)).toMatchFileSnapshot(path.join(folder, `${code}.md`));
  });

  test('there is one for each alarm and none for anything else', () => {
    const codes = Object.keys(runbooksEn).map((key) => key.split('.')[0]!);
    expect([...new Set(codes)].toSorted()).toEqual(alarmCodes.toSorted());
    const files = readdirSync(folder).filter((name) => name !== 'README.md' && name !== 'node-down.md');
    expect(files.toSorted()).toEqual(alarmCodes.map((code) => `${code}.md`).toSorted());
  });
});
