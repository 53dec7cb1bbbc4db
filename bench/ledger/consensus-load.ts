/** A load on a network: what it commits in a while, and what each part of it costs. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unwrap } from '../../src/base/result.ts';
import type { RpcClient } from '../../src/engine/cometbft/rpc/client.ts';
import { cpuSeconds, type BenchNetwork } from './consensus-network.ts';

const WARM_UP_MS = 3_000;
/** Fewer say nothing about a rate. */
const FEWEST_BLOCKS = 3;

export interface Committed {
  readonly perSecond: number;
  readonly blocks: number;
  /** CPU milliseconds for each transaction, of all engines and of all applications together. */
  readonly engineCpuMs: number;
  readonly applicationCpuMs: number;
}

/** How they are sent: `load-generator.ts` says what each is. */
export type Load = 'stream' | 'clients';

/** From one block's arrival to another's, behind a warm-up. `waiting`: transactions that wait for a block, about. */
export async function commitUnderLoad(
  network: BenchNetwork,
  load: Load,
  transactions: readonly Uint8Array[],
  waiting: number,
  seconds: number,
): Promise<Committed> {
  const folder = mkdtempSync(join(tmpdir(), 'careledger-load-'));
  const file = join(folder, 'transactions');
  await write(file, transactions);
  const generator = spawn(process.execPath, [join(import.meta.dirname, 'load-generator.ts'), load, file, String(waiting), ...network.sockets], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  generator.stdout.resume();
  const ended = new Promise((resolve) => generator.once('exit', resolve));
  try {
    await sleep(WARM_UP_MS);
    const before = { engines: cpuSeconds(network.engines), applications: cpuSeconds(network.applications) };
    const seen = await watchHeights(network.rpc, seconds);
    const used = { engines: cpuSeconds(network.engines) - before.engines, applications: cpuSeconds(network.applications) - before.applications };
    generator.stdin.end();
    await ended;
    const [first, last] = [seen[0]!, seen.at(-1)!];
    if (last.height - first.height < FEWEST_BLOCKS)
      throw new Error('too few blocks while it was measured: the machine has too much else to do, or measure for longer');
    const committed = await transactionsIn(network.rpc, first.height + 1, last.height);
    return {
      perSecond: (committed * 1_000) / (last.at - first.at),
      blocks: last.height - first.height,
      engineCpuMs: (used.engines * 1_000) / committed,
      applicationCpuMs: (used.applications * 1_000) / committed,
    };
  } finally {
    generator.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from sending one transaction to its being in a block, one at a time. */
export async function finality({ rpc }: BenchNetwork, transactions: readonly Uint8Array[]): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (const transaction of transactions) {
    const at = performance.now();
    unwrap(await rpc.call('broadcast_tx_commit', { tx: Buffer.from(transaction).toString('base64') }));
    latencies.push(performance.now() - at);
    // Not in step with the engine's own pause after a block.
    await sleep(150 + 37 * (latencies.length % 7));
  }
  return latencies;
}

async function write(file: string, transactions: readonly Uint8Array[]): Promise<void> {
  const stream = createWriteStream(file);
  for (const transaction of transactions) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(transaction.length);
    stream.write(length);
    if (!stream.write(transaction)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  await new Promise((resolve) => stream.end(resolve));
}

/** Each height with the moment at which it was there: headers have the time of the votes before. */
async function watchHeights(rpc: RpcClient, seconds: number): Promise<readonly { readonly height: number; readonly at: number }[]> {
  const seen: { height: number; at: number }[] = [];
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await sleep(20)) {
    const status = await rpc.call('status');
    if (!status.ok) continue;
    const { sync_info: info } = status.value as { sync_info: { latest_block_height: string } };
    const height = Number(info.latest_block_height);
    if (seen.at(-1)?.height !== height) seen.push({ height, at: performance.now() });
  }
  // When the height at which it began came to be, nobody saw.
  return seen.slice(1);
}

async function transactionsIn(rpc: RpcClient, from: number, to: number): Promise<number> {
  let count = 0;
  for (let first = from; first <= to; first += 20) {
    const range = { minHeight: String(first), maxHeight: String(Math.min(to, first + 19)) };
    const { block_metas: metas } = unwrap(await rpc.call('blockchain', range)) as { block_metas: readonly { num_txs: string }[] };
    for (const meta of metas) count += Number(meta.num_txs);
  }
  return count;
}
