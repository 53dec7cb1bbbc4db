/** The members decided for rules that the installed release does not know: its process ends and says what to install; nothing is lost. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GovernanceView } from '../../src/contract/explorer.ts';
import { cometbftOf } from '../support/cometbft.ts';
import { newNetwork, type TestNetwork } from '../support/network.ts';

describe.skipIf(cometbftOf('0.40') === undefined)('an upgrade that is not installed', { timeout: 120_000 }, () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await newNetwork(['a']);
  });
  afterAll(() => network?.[Symbol.asyncDispose]());

  it('ends the process at the height, again after a start, with the reason', async () => {
    const node = await network.start('a');
    const governance = (...args: readonly string[]) => network.cli('governance', ...args, '--home', network.home('a'), '--json');
    const { height } = await network.status();
    // The proposal itself is in the next block, by the only member there is; one more under the old rules.
    const after = height + 2;
    const proposed = await governance('propose', 'upgrade', '--version', '2', '--hash', 'ab'.repeat(32), '--after', `${after}`);
    expect(proposed).toMatchObject({ code: 0, stderr: '' });
    const { protocol } = JSON.parse((await governance('list')).stdout) as GovernanceView;
    expect(protocol).toEqual({ version: 1, next: { version: 2, after } });
    expect(await network.submit('a')).toEqual([after]);

    const ended = once(node, 'exit');
    // Whether the answer or the end comes first is a matter of moments.
    await Promise.all([expect(network.submit('a')).rejects.toThrow(/./), ended]);
    expect(node.exitCode).toBe(1);
    expect(network.output()).toContain('version 2 of the protocol; this software knows 1');
    expect(network.output()).toContain('(ledger.upgrade-needed)');

    // The block is decided, and waits for a release that knows its rules.
    const again = await network.start('a').catch(() => undefined);
    if (again && again.exitCode === null) await once(again, 'exit');
    expect(network.output().match(/\(ledger\.upgrade-needed\)/g)!.length).toBeGreaterThanOrEqual(2);
  });
});
