/** Validators that do not keep to the rules are noticed by the others and named: in the status, in the log, and in the metrics. */
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { HomeFile } from '../../src/organisation/home-file.ts';
import type { NetworkStatus } from '../../src/organisation/network-status.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';

const others = ['a', 'b', 'c'];

/** Keeps the network busy until the condition holds. */
async function busyUntil(network: TestNetwork, what: string, holds: (status: NetworkStatus) => boolean): Promise<NetworkStatus> {
  for (let round = 0; round < 100; round++) {
    await network.submit(others[round % others.length]!);
    const status = await network.status();
    if (holds(status)) return status;
    await sleep(200);
  }
  throw new Error(`not seen: ${what}\n${JSON.stringify(await network.status(), null, 1)}\n${network.output()}`);
}

const metrics = async (network: TestNetwork, id: string): Promise<string> => {
  const { url } = await network.validator(id);
  return (await fetch(`${url}/metrics`)).text();
};

describe.skipIf(cometbftOf('0.40') === undefined)('a validator', () => {
  test('whose application answers another app hash is named by those who refuse its proposal, and stops', async () => {
    await using network = await newNetwork();
    const running = new Map(await Promise.all(others.map(async (id) => [id, await network.start(id)] as const)));
    await network.startOdd('d', 'liar');
    // Who was busy with the block before hears of it only when it is refused: not every one of the others need have looked at it.
    const status = await busyUntil(
      network,
      'd is named',
      ({ misbehaviour, validators }) => misbehaviour.length > 0 && validators[3]!.problem?.code === 'cometbft.diverged',
    );
    expect(status.misbehaviour).toMatchObject([{ kind: 'wrong-app-hash', organisation: 'd' }]);
    expect(status).toMatchObject({ holds: true });
    expect(network.output()).toContain('Validator d proposed a block that follows from another ledger');
    const [witness] = status.misbehaviour[0]!.saidBy;
    expect(await metrics(network, witness!)).toMatch(/^careledger_validator_misbehaviour\{kind="wrong-app-hash",who="The d"\} 1$/m);
    // The others have the same ledger, and go on.
    await network.submit('a', 5);
    await network.agreed(others);

    // Who saw it says so after a restart too.
    const stopped = once(running.get(witness!)!, 'close');
    running.get(witness!)!.kill('SIGTERM');
    await stopped;
    await network.start(witness!);
    const later = await network.until('all are back', ({ validators }) => validators.every(({ id, problem }) => id === 'd' || problem === null));
    expect(later.misbehaviour.find(({ organisation }) => organisation === 'd')).toMatchObject({
      kind: 'wrong-app-hash',
      height: status.misbehaviour[0]!.height,
      saidBy: expect.arrayContaining([witness]),
    });
  });

  test('that signs two blocks of one height is proven to have, and named', async () => {
    await using network = await newNetwork();
    const twin = `${network.home('d')}-twin`;
    cpSync(network.home('d'), twin, { recursive: true });
    const path = join(twin, 'careledger.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as HomeFile;
    const { listen } = file;
    const moved = { ...listen, http: listen.http + 1, channel: listen.channel + 1, consensus: listen.consensus + 1, consensusMetrics: 0 };
    writeFileSync(path, JSON.stringify({ ...file, listen: moved, url: file.url.replace(/\d+$/, String(moved.http)) }));
    await Promise.all(network.ids.map((id) => network.start(id)));
    await network.startOdd('d-twin', 'twin');
    const status = await busyUntil(network, 'd is named by all', ({ misbehaviour }) =>
      misbehaviour.some(({ kind, saidBy }) => kind === 'duplicate-vote' && others.every((id) => saidBy.includes(id))),
    );
    expect(new Set(status.misbehaviour.filter(({ kind }) => kind === 'duplicate-vote').map(({ organisation }) => organisation))).toEqual(
      new Set(['d']),
    );
    expect(await metrics(network, 'b')).toMatch(/^careledger_validator_misbehaviour\{kind="duplicate-vote",who="The d"\} [1-9]/m);
  });
});
