import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeBlock, encodeBlock } from '../../src/ledger/block/block.ts';
import { signAttestation } from '../../src/ledger/block/header.ts';
import { nodeSeals } from '../../src/ledger/block/seal.ts';
import type { Execution } from '../../src/ledger/execution/execute-block.ts';
import { verifyBlock } from '../../src/ledger/execution/verify-block.ts';
import { checkTransaction, type CheckedTransaction } from '../../src/ledger/transaction/check.ts';
import { MAX_LIFETIME_BLOCKS } from '../../src/ledger/transaction/schema.ts';
import { genesis, keyOf, NOW, openGrant, random, seedOf, transactionOf } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const checked = (bytes: Uint8Array): CheckedTransaction => unwrap(checkTransaction(bytes, genesis.chainId));
const grant = (sender = 'hospital', expiryHeight = 1_000): CheckedTransaction => checked(transactionOf(sender, [openGrant()], { expiryHeight }));
const refused = (code: string) => ({ ok: false, error: { code } });

function blockOf({ headerBytes, next, accepted }: Execution) {
  return unwrap(
    decodeBlock(
      encodeBlock(
        headerBytes,
        accepted.map(({ bytes }) => bytes),
        signAttestation(next.blockHash, seedOf('node')),
      ),
    ),
  );
}

describe('executing blocks', () => {
  it('is all operations of a transaction or none', () => {
    const machine = new StateMachine();
    const [first, again] = [openGrant(), openGrant()];
    expect(machine.send('hospital', [first, again, openGrant({ id: first.id })])).toMatchObject({
      ok: false,
      error: { code: 'ledger.grant-exists', data: { operation: 2 } },
    });
    expect(machine.get(`grants/${toHex(again.id)}`)).toBeUndefined();
    expect(machine.state.log.size).toBe(0);
  });

  it('leaves no trace of a refused transaction: the block is the same without it', () => {
    const [one, two] = [grant(), grant()];
    const withRefused = new StateMachine().execute([one, grant('stranger'), two, one]);
    // Places in the log are those of the transactions that are in it.
    expect(withRefused.results.map((result) => (result.ok ? result.value.logIndex : 'refused'))).toEqual([0, 'refused', 1, 'refused']);
    expect(withRefused.results[3]).toMatchObject(refused('ledger.replayed'));
    expect(toHex(withRefused.headerBytes)).toBe(toHex(new StateMachine().execute([one, two]).headerBytes));
  });

  it('refuses replays, expired ones and those that live too long', () => {
    const machine = new StateMachine();
    const once = grant();
    expect(machine.execute([once]).results[0]!.ok).toBe(true);
    expect(machine.execute([once]).results[0]).toMatchObject(refused('ledger.replayed'));
    expect(machine.execute([grant('hospital', 2)]).results[0]).toMatchObject(refused('ledger.expired'));
    expect(machine.execute([grant('hospital', 4)]).results[0]!.ok).toBe(true);
    expect(machine.execute([grant('hospital', 5 + MAX_LIFETIME_BLOCKS)]).results[0]!.ok).toBe(true);
    expect(machine.execute([grant('hospital', 7 + MAX_LIFETIME_BLOCKS)]).results[0]).toMatchObject(refused('ledger.expiry-too-far'));
  });

  it('takes no time before the previous block’s', () => {
    const machine = new StateMachine();
    machine.execute([grant()], NOW + 10);
    expect(() => machine.execute([grant()], NOW + 9)).toThrow(RangeError);
  });

  it('gives the same header again, and notices every other one', () => {
    const machine = new StateMachine();
    const before = new StateMachine();
    const block = blockOf(machine.execute([grant(), grant('clinic')]));
    const verify = (candidate: typeof block, proposer = genesis.proposer) =>
      verifyBlock(before.state, { nodes: { get: (id) => before.nodes.get(toHex(id)) }, hasTransaction: () => false }, candidate, nodeSeals(proposer));
    expect(unwrap(verify(block)).header).toEqual(block.header);

    const bad = (changes: Partial<typeof block>) => expect(verify({ ...block, ...changes })).toMatchObject(refused('ledger.bad-block'));
    bad({ transactions: block.transactions.slice(1) });
    bad({ transactions: [...block.transactions].reverse() });
    bad({ transactions: [...block.transactions, transactionOf('hospital', [openGrant()])] });
    bad({ seal: random(64) });
    bad({ seal: random(63) });
    for (const field of ['time', 'txCount', 'logSize', 'height'] as const) bad({ header: { ...block.header, [field]: block.header[field] + 1 } });
    for (const field of ['previousHash', 'txRoot', 'logRoot', 'stateRoot', 'proposer'] as const)
      bad({ header: { ...block.header, [field]: random(32) } });
    expect(verify(block, keyOf('clinic'))).toMatchObject(refused('ledger.bad-block'));
  });
});
