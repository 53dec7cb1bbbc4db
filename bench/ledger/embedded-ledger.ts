/** A new embedded ledger in a folder of its own, and a load on it. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { unwrap } from '../../src/base/result.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import { temporaryDirectory } from '../../test/support/sandbox.ts';
import { genesis, nodeSeed } from './workload.ts';

export interface BenchLedger {
  readonly directory: string;
  ledger: EmbeddedLedger;
  remove(): Promise<void>;
}

export async function benchLedger(): Promise<BenchLedger> {
  const directory = path.join(temporaryDirectory(), 'ledger');
  unwrap(await createGenesis(directory, genesis, nodeSeed));
  const bench: BenchLedger = {
    directory,
    ledger: await openBenchLedger(directory),
    async remove() {
      await bench.ledger.close();
      rmSync(path.dirname(directory), { recursive: true, force: true });
    },
  };
  return bench;
}

export const openBenchLedger = async (directory: string): Promise<EmbeddedLedger> => unwrap(await openEmbeddedLedger({ directory, nodeSeed }));

export interface Load {
  readonly seconds: number;
  /** CPU time of this process meanwhile, all threads, load included: tells about the ledger also where the machine is busy with other things. */
  readonly cpuSeconds: number;
  /** Milliseconds from submitting to being durable, of each. */
  readonly latencies: readonly number[];
}

/** Submits all of them, `waiting` at a time. `each` is told the place of every transaction that is durable. */
export async function submitAll(
  ledger: EmbeddedLedger,
  transactions: readonly Uint8Array[],
  waiting: number,
  each: (logIndex: number) => void = () => undefined,
): Promise<Load> {
  const latencies: number[] = [];
  let next = 0;
  const from = performance.now();
  const cpu = process.cpuUsage();
  const sender = async (): Promise<void> => {
    while (next < transactions.length) {
      const transaction = transactions[next++]!;
      const at = performance.now();
      each(unwrap(await ledger.submit(transaction)).logIndex);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: waiting }, sender));
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - from) / 1_000, cpuSeconds: (user + system) / 1e6, latencies };
}
