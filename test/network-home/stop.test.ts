/**
 * Being told to stop as `timeout`, a terminal or a service manager does it: everybody in the group hears it, and those in between pass it on.
 * Whatever moment that is, nothing stays behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cometbftOf } from '../support/cometbft.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';

const program = new URL('../../bin/careledger.mjs', import.meta.url).pathname;

/** Processes with the network's directory on their command line. */
const left = ({ directory }: TestNetwork): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(directory));

describe.skipIf(cometbftOf('0.40') === undefined || process.platform !== 'linux')('network up', () => {
  test.each([
    ['while its databases start', (network: TestNetwork) => existsSync(join(network.home('north'), 'postgres/data/postmaster.pid'))],
    ['when it is ready', (_: TestNetwork, output: string) => output.includes('Careledger network is ready')],
  ])('stopped %s, with its whole group and twice, leaves no process', async (_when, isTime) => {
    await using network = await newNetwork(['north', 'south'], { ledgerOnly: false });
    const child = spawn(program, ['network', 'up', '--home', network.directory], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    for (let tries = 0; !isTime(network, output); tries++) {
      expect(tries, output).toBeLessThan(1_200);
      await sleep(50);
    }
    expect(left(network).some((line) => line.includes('postgres'))).toBe(true);
    child.kill('SIGTERM');
    process.kill(-child.pid!, 'SIGTERM');
    await ended;
    for (let tries = 0; left(network).length > 0 && tries < 40; tries++) await sleep(50);
    expect(left(network), output).toEqual([]);
  });
});
