/**
 * Sends transactions to validators, the same way to every application: `node load-generator.ts <file> <waiting> <socket> …`. The file has the
 * transactions, each with its length before it; about `waiting` of them wait for a block at a time: more make blocks longer, not the network faster. Starts at once, ends after them or when its input ends; prints how many were taken into
 * the mempool: what the application says of each is in its blocks.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { rpcClient, type RpcClient } from '../../src/engine/cometbft/rpc/client.ts';

/** Requests on their way to each validator, and transactions in each. */
const REQUESTS = 2;
const BATCH = 50;

const [path, waiting, ...sockets] = process.argv.slice(2) as [string, string, ...string[]];
const file = readFileSync(path);
let at = 0;
let taken = 0;
let stopped = false;
process.stdin.resume();
process.stdin.once('end', () => (stopped = true));

function nextBatch(): string[] {
  const batch: string[] = [];
  while (batch.length < BATCH && at < file.length) {
    const length = file.readUInt32BE(at);
    batch.push(file.toString('base64', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return batch;
}

let isFull = false;

async function watch(rpc: RpcClient): Promise<void> {
  while (!stopped && at < file.length) {
    const answer = await rpc.call('num_unconfirmed_txs');
    isFull = answer.ok && Number((answer.value as { total: string }).total) > Number(waiting);
    await sleep(20);
  }
}

async function feed(rpc: RpcClient): Promise<void> {
  while (!stopped) {
    if (isFull) {
      await sleep(5);
      continue;
    }
    let rest = nextBatch();
    if (rest.length === 0) return;
    while (rest.length > 0 && !stopped) {
      const answers = await rpc.batch(rest.map((tx) => ({ method: 'broadcast_tx_async', params: { tx } })));
      const again: string[] = [];
      for (const [i, tx] of rest.entries()) {
        const answer = answers.ok ? answers.value[i]! : answers;
        if (answer.ok) taken++;
        else again.push(tx);
      }
      rest = again;
      // A full mempool says so: it is asked again when a block has made room.
      if (rest.length > 0) await sleep(50);
    }
  }
}

const clients = sockets.map(rpcClient);
await Promise.all([watch(clients[0]!), ...clients.flatMap((rpc) => Array.from({ length: REQUESTS }, () => feed(rpc)))]);
for (const rpc of clients) rpc.close();
process.stdout.write(`${JSON.stringify({ taken })}\n`);
process.exit(0);
