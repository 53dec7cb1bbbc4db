/**
 * Sends transactions to validators, the same way to every application: `node load-generator.ts <load> <file> <waiting> <socket> …`. The file has
 * the transactions, each with its length before it; about `waiting` of them wait for a block at a time: more make blocks longer, not the network
 * faster. Starts at once, ends after them or when its input ends; prints how many were taken into the mempool: what the application says of each
 * is in its blocks.
 *
 *   stream   requests of 50 transactions that ask for no answer from the application (`broadcast_tx_async`), two on their way to each validator: the
 *            least that a transaction can cost its sender and the engine
 *   clients  48 clients of each validator, each with a connection of its own, which send one transaction, wait until the application has taken it
 *            (`broadcast_tx_sync`), and then send the next: as who wants to know what became of it
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { rpcClient, type RpcClient } from '../../src/engine/cometbft/rpc/client.ts';

const STREAM_REQUESTS = 2;
const STREAM_BATCH = 50;
/** The engine takes 64 connections. */
const CLIENTS = 48;
const REFUSED_PAUSE_MS = 50;

const [load, path, waiting, ...sockets] = process.argv.slice(2) as ['stream' | 'clients', string, string, ...string[]];
const file = readFileSync(path);
let at = 0;
let taken = 0;
let stopped = false;
process.stdin.resume();
process.stdin.once('end', () => (stopped = true));

/** Base64; fewer at the end. */
function next(count: number): string[] {
  const batch: string[] = [];
  while (batch.length < count && at < file.length) {
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

/** Sends what there is, `batch` at a time, again what the mempool had no room for. */
async function feed(batch: number, send: (transactions: readonly string[]) => Promise<readonly boolean[]>): Promise<void> {
  while (!stopped) {
    if (isFull) {
      await sleep(5);
      continue;
    }
    let rest = next(batch);
    if (rest.length === 0) return;
    while (rest.length > 0 && !stopped) {
      const outcomes = await send(rest);
      const refused = rest.filter((_, i) => !outcomes[i]);
      taken += rest.length - refused.length;
      rest = refused;
      // A full mempool says so: it is asked again when a block has made room.
      if (rest.length > 0) await sleep(REFUSED_PAUSE_MS);
    }
  }
}

function stream(rpc: RpcClient): Promise<void>[] {
  return Array.from({ length: STREAM_REQUESTS }, () =>
    feed(STREAM_BATCH, async (transactions) => {
      const answers = await rpc.batch(transactions.map((tx) => ({ method: 'broadcast_tx_async', params: { tx } })));
      return transactions.map((_, i) => answers.ok && answers.value[i]!.ok);
    }),
  );
}

const client = (rpc: RpcClient): Promise<void> => feed(1, async ([tx]) => [(await rpc.call('broadcast_tx_sync', { tx })).ok]);

const watcher = rpcClient(sockets[0]!);
const senders = sockets.flatMap((socket) => Array.from({ length: load === 'stream' ? 1 : CLIENTS }, () => rpcClient(socket)));
await Promise.all([watch(watcher), ...senders.flatMap(load === 'stream' ? stream : client)]);
for (const rpc of [watcher, ...senders]) rpc.close();
process.stdout.write(`${JSON.stringify({ taken })}\n`);
process.exit(0);
