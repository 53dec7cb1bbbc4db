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

export interface Committed {
  readonly perSecond: number;
  readonly blocks: number;
  /** CPU milliseconds for each transaction, of all engines and of all applications together. */
  readonly engineCpuMs: number;
  readonly applicationCpuMs: number;
}

/** Rates are taken from the blocks' own times, behind a warm-up. */
export async function commitUnderLoad(network: BenchNetwork, transactions: readonly Uint8Array[], seconds: number): Promise<Committed> {
  const folder = mkdtempSync(join(tmpdir(), 'careledger-load-'));
  const file = join(folder, 'transactions');
  await write(file, transactions);
  const generator = spawn(process.execPath, [join(import.meta.dirname, 'load-generator.ts'), file, ...network.sockets], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  generator.stdout.resume();
  const ended = new Promise((resolve) => generator.once('exit', resolve));
  try {
    await sleep(WARM_UP_MS);
    const from = await height(network.rpc);
    const before = { engines: cpuSeconds(network.engines), applications: cpuSeconds(network.applications) };
    await sleep(seconds * 1_000);
    const to = await height(network.rpc);
    const used = { engines: cpuSeconds(network.engines) - before.engines, applications: cpuSeconds(network.applications) - before.applications };
    generator.stdin.end();
    await ended;
    const headers = await headersOf(network.rpc, from, to);
    if (headers.length < 2) throw new Error('no block was made while it was measured: the machine has too much else to do');
    const span = (headers.at(-1)!.time - headers[0]!.time) / 1_000;
    const committed = headers.slice(1).reduce((sum, header) => sum + header.transactions, 0);
    return {
      perSecond: committed / span,
      blocks: headers.length - 1,
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

const height = async (rpc: RpcClient): Promise<number> => {
  const { sync_info: info } = unwrap(await rpc.call('status')) as { sync_info: { latest_block_height: string } };
  return Number(info.latest_block_height);
};

/** Times and numbers of transactions, oldest first. */
async function headersOf(rpc: RpcClient, from: number, to: number): Promise<readonly { readonly time: number; readonly transactions: number }[]> {
  const headers = [];
  for (let first = from; first <= to; first += 20) {
    const last = Math.min(to, first + 19);
    const { block_metas: metas } = unwrap(await rpc.call('blockchain', { minHeight: String(first), maxHeight: String(last) })) as {
      block_metas: readonly { header: { time: string }; num_txs: string }[];
    };
    headers.push(...metas.toReversed().map((meta) => ({ time: Date.parse(meta.header.time), transactions: Number(meta.num_txs) })));
  }
  return headers;
}
