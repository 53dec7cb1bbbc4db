/** Four validators, each a process of its own with an engine of its own: whoever is killed is back soon, and nobody else notices. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityOf } from '../../src/engine/cometbft/process/identity.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('four validators', () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await newNetwork();
    await network.up();
  });
  afterAll(() => network[Symbol.asyncDispose]());

  test('take transactions through each of them, and have the same ledger', async () => {
    const heights = (await Promise.all(network.ids.map((id) => network.submit(id, 10)))).flat();
    expect(heights).toHaveLength(40);
    const { height, validators, misbehaviour } = await network.agreed();
    expect(height).toBe(Math.max(...heights));
    expect(new Set(validators.map(({ appHash }) => appHash)).size).toBe(1);
    expect(misbehaviour).toEqual([]);
  });

  test('are shown by the command line: height, and each with process, height and app hash', async () => {
    const { code, stdout } = await network.cli('network', 'status', '--home', network.directory, '--json');
    expect(code).toBe(0);
    const shown = JSON.parse(stdout) as { height: number; validators: { id: string; up: boolean; pid: number; height: number; appHash: string }[] };
    expect(shown.validators.map(({ id, up, height }) => ({ id, up, height }))).toEqual(
      network.ids.map((id) => ({ id, up: true, height: shown.height })),
    );
    for (const { pid } of shown.validators) expect(identityOf(pid)).toBeDefined();
    expect(new Set(shown.validators.map(({ appHash }) => appHash)).size).toBe(1);
  });

  test('a whole organisation is killed: the others go on, it comes back and has everything', async () => {
    const { pid, enginePid } = await network.validator('d');
    process.kill(pid!, 'SIGKILL');
    const { holds } = await network.until('d is down', ({ validators }) => !validators[3]!.up);
    expect(holds).toBe(true);
    const heights = (await Promise.all(['a', 'b', 'c'].map((id) => network.submit(id, 5)))).flat();
    await network.until('d is up', ({ validators }) => validators[3]!.up);
    const { height, validators } = await network.agreed();
    expect(height).toBeGreaterThanOrEqual(Math.max(...heights));
    expect(validators[3]!.pid).not.toBe(pid);
    // The engine that had lost its application is gone: there are never two on one home.
    expect(identityOf(enginePid!)).toBeUndefined();
    await network.submit('d', 3);
  });

  test('an engine is killed: the organisation lives on and starts another', async () => {
    const { pid, enginePid } = await network.validator('c');
    process.kill(enginePid!, 'SIGKILL');
    const heights = (await Promise.all(['a', 'b', 'd', 'c'].map((id) => network.submit(id, 5)))).flat();
    const { validators, height } = await network.agreed();
    expect(validators[2]).toMatchObject({ pid });
    expect(validators[2]!.enginePid).not.toBe(enginePid);
    expect(height).toBeGreaterThanOrEqual(Math.max(...heights));
  });

  test('stops in order, and leaves no process behind', async () => {
    const { validators } = await network.status();
    const open = () => network.ids.flatMap((id) => ['lock', 'ledger/lock'].map((name) => existsSync(join(network.home(id), name))));
    expect(open()).not.toContain(false);
    expect(await network.stop()).toBe(0);
    // Nobody had to be killed: what each had open is closed.
    expect(open()).not.toContain(true);
    for (const { pid, enginePid } of validators) expect([identityOf(pid!), identityOf(enginePid!)]).toEqual([undefined, undefined]);
    const { holds, why, validators: after } = await network.status();
    expect({ holds, why, up: after.map(({ up }) => up) }).toEqual({ holds: false, why: 'Nobody answers.', up: [false, false, false, false] });
  });

  test('go on where they were', async () => {
    await network.up();
    const { height } = await network.agreed();
    expect(height).toBeGreaterThan(4);
    expect(Math.max(...(await network.submit('b')))).toBeGreaterThan(height);
  });
});
