/** Memory of the server process with five organisations: idle after start, and PostgreSQL's beside it (Linux: proportional set size). */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../test/support/sandbox.ts';
import { printFigure } from './figure.ts';

const megabytes = (pid: number | string, field: string): number => {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return line ? Number(line[1]) / 1024 : Number.NaN;
};

function postgresOf(dataDirectory: string): readonly string[] {
  const postmaster = readFileSync(`${dataDirectory}/postgres/data/postmaster.pid`, 'utf8').split('\n')[0]!;
  const parentOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]!;
    } catch {
      return '';
    }
  };
  return [postmaster, ...readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster)];
}

await using sandbox = await startSandbox({ people: 56, anchorIntervalMs: 5000 });
printFigure({ name: 'server process, just seeded (resident)', unit: 'MB', ours: megabytes(sandbox.pid, 'Rss') });
await sleep(60_000);
printFigure({ name: 'server process, idle for a minute (resident)', unit: 'MB', ours: megabytes(sandbox.pid, 'Rss') });
printFigure({
  name: 'PostgreSQL (proportional)',
  unit: 'MB',
  ours: postgresOf(sandbox.dataDirectory).reduce((sum, pid) => sum + megabytes(pid, 'Pss'), 0),
});
