/**
 * FHIR over HTTP against a fresh sandbox: import, create, read, update, search. The load generator and the bundles are outside of the
 * repository (`../shared`); without them there is nothing to run. Ready-made figures of other servers come from the same generator.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { corpus, readTarGz } from '../test/support/corpora.ts';
import { startSandbox, temporaryDirectory } from '../test/support/sandbox.ts';
import { printFigure } from './figure.ts';

const generator = path.join(import.meta.dirname, '../../shared/bench/fhir-bench.mjs');
const archive = corpus('fhir/synthea-r4-60.tar.gz');
const [mode = 'all', seconds = '8'] = process.argv.slice(2);

async function load(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [generator, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    process.stdout.write(chunk);
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) process.exitCode = 1;
  return text;
}

function figures(text: string): void {
  for (const line of text.split('\n')) {
    const parts = line.split(' | ');
    const rate = /^([\d.]+) ?(resources)?\/s$/.exec(parts[2] ?? '');
    if (rate) printFigure({ name: `${parts[0]}, ${parts[1]}`, unit: rate[2] ? 'resources/s' : 'requests/s', ours: Number(rate[1]) });
  }
}

if (!existsSync(generator) || !archive) {
  process.stdout.write('skipped: the load generator or the bundles are not here (../shared)\n');
} else {
  const bundles = path.join(temporaryDirectory(), 'bundles');
  mkdirSync(bundles);
  for (const file of readTarGz(archive)) if (file.path.endsWith('.json')) writeFileSync(path.join(bundles, path.basename(file.path)), file.bytes);
  await using sandbox = await startSandbox({ people: 0, anchorIntervalMs: 5000 });
  const base = `${sandbox.url('city-hospital')}/fhir`;
  const token = await sandbox.token('city-hospital', 'system');
  if (mode === 'all' || mode === 'import') figures(await load(['import', '--base', base, '--token', token, '--dir', bundles]));
  if (mode === 'all' || mode === 'crud') figures(await load(['crud', '--base', base, '--token', token, '--seconds', seconds]));
  if (mode === 'all' || mode === 'search') figures(await load(['search', '--base', base, '--token', token, '--seconds', seconds]));
}
