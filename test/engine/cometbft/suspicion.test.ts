/** Whom a node suspects of another ledger: the proposer of a block that the engine refuses, and only once the network has gone on without it. */
import { expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { ok } from '../../../src/base/result.ts';
import type { RpcClient } from '../../../src/engine/cometbft/rpc/client.ts';
import { suspicions } from '../../../src/engine/cometbft/suspicion.ts';

const NOW = 1_790_000_000_000;
const ADDRESS = 'AB'.repeat(20);

/** As the engine prints it. */
const refusal = (height: unknown, round = 0, err = 'wrong Block.Header.AppHash.  Expected AA, got BB'): string =>
  JSON.stringify({ level: 'error', _msg: 'prevote step: consensus deems this block invalid; prevoting nil', height, round, err });

/** An engine that is in this round, with that proposer. */
function suspect(at: string, address: unknown = ADDRESS) {
  let asked = 0;
  const rpc = {
    async call(method: string) {
      if (method === 'consensus_state') asked++;
      return ok({ round_state: { 'height/round/step': at, proposer: { address } } });
    },
  } as Partial<RpcClient> as RpcClient;
  const suspected = suspicions(rpc, () => NOW);
  return {
    asked: () => asked,
    async line(text: string): Promise<void> {
      suspected.onLine(text);
      await new Promise(setImmediate);
    },
    committed: (height: number) => suspected.committed(height).map(({ address: who, ...rest }) => ({ who: toHex(who).toUpperCase(), ...rest })),
  };
}

it('the proposer is named when the height is decided, not before, and once', async () => {
  const node = suspect('7/0/4');
  await node.line(refusal(7));
  expect(node.committed(6)).toEqual([]);
  expect(node.committed(7)).toEqual([{ who: ADDRESS, height: 7, time: NOW }]);
  expect(node.committed(8)).toEqual([]);
});

it.each(['wrong Block.Header.AppHash', 'wrong Block.Header.LastResultsHash'])('both hashes of a result tell another ledger: %s', async (err) => {
  const node = suspect('7/2/4');
  await node.line(refusal(7, 2, `${err}.  Expected AA, got BB`));
  expect(node.committed(9)).toHaveLength(1);
});

it('nobody is named for anything else', async () => {
  for (const [line, at, address] of [
    // Another fault of the block, and the same words somewhere else.
    [refusal(7, 0, 'wrong Block.Header.Time'), '7/0/4', ADDRESS],
    ['{"_msg":"wrong Block.Header.AppHash"}', '7/0/4', ADDRESS],
    ['consensus deems this block invalid: wrong Block.Header.AppHash', '7/0/4', ADDRESS],
    [refusal('7'), '7/0/4', ADDRESS],
    // The engine has gone on: its proposer is another one by now.
    [refusal(7), '7/1/1', ADDRESS],
    [refusal(7), '8/0/1', ADDRESS],
    [refusal(7), '7/0/4', 'nobody'],
    [refusal(7), '7/0/4', null],
  ] as const) {
    const node = suspect(at, address);
    await node.line(line);
    expect(node.committed(100), line).toEqual([]);
  }
});

it('a flood of refusals is kept short', async () => {
  const node = suspect('7/0/4');
  for (let i = 0; i < 150; i++) await node.line(refusal(7));
  expect(node.asked()).toBe(150);
  expect(node.committed(7)).toHaveLength(100);
});
