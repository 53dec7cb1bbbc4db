/** Audit by re-execution: somebody who trusts nobody executes every block again from its bytes, signatures included, and compares headers. */
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeBlock } from '../../src/ledger/block/block.ts';
import { nodeSeals } from '../../src/ledger/block/seal.ts';
import { verifyBlock } from '../../src/ledger/execution/verify-block.ts';
import { executeGenesis } from '../../src/ledger/genesis/genesis-block.ts';
import { idsIn } from '../../src/ledger/state/node.ts';
import { printFigure } from '../figure.ts';
import { benchLedger, submitAll } from './embedded-ledger.ts';
import { genesis, signedTransactions } from './workload.ts';

const TRANSACTIONS = 30_000;

const bench = await benchLedger();
try {
  await submitAll(bench.ledger, signedTransactions(TRANSACTIONS, 1, 0), 500);
  const blocks: Uint8Array[] = [];
  for (let height = 1; height <= bench.ledger.head().height; height++) blocks.push((await bench.ledger.block(height))!.bytes);

  const nodes = new Map<string, Uint8Array>();
  const hashes = new Set<string>();
  const store = { nodes: { get: (id: Uint8Array) => nodes.get(toHex(id)) }, hasTransaction: (hash: Uint8Array) => hashes.has(toHex(hash)) };
  const start = unwrap(executeGenesis(genesis));
  for (const { id, bytes } of start.stateUpdate.nodes) nodes.set(toHex(id), bytes);
  let state = start.next;
  const from = performance.now();
  for (const bytes of blocks) {
    const { next, stateUpdate, accepted } = unwrap(verifyBlock(state, store, unwrap(decodeBlock(bytes)), nodeSeals(genesis.proposer)));
    for (const { id, bytes: node } of stateUpdate.nodes) nodes.set(toHex(id), node);
    for (const id of idsIn(stateUpdate.stale)) nodes.delete(toHex(id));
    for (const { hash } of accepted) hashes.add(toHex(hash));
    state = next;
  }
  const seconds = (performance.now() - from) / 1_000;
  if (toHex(state.blockHash) !== toHex(bench.ledger.head().blockHash)) throw new Error('the audit came to another head');
  printFigure({
    name: `audit by re-execution of ${TRANSACTIONS} individually signed transactions, one thread`,
    unit: 'transactions/s',
    ours: TRANSACTIONS / seconds,
  });
} finally {
  await bench.remove();
}
