import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { verifyLedgerReceipt } from '../../src/ledger/verify/ledger.ts';
import { genesis, newLedger, openLedger, temporaryFolder } from '../support/ledger.ts';

const program = new URL('./writer.ts', import.meta.url).pathname;
const trust = { chainId: genesis.chainId, nodeKey: genesis.proposer };

/** Writers killed at random moments under load: nothing that was acknowledged is lost, and no repair is needed. */
export async function killAndCheck(kills: number, pruning = false): Promise<void> {
  using folder = temporaryFolder();
  await (await newLedger(folder.path)).close();
  const acknowledged = new Map<string, number>();
  let torn = 0;
  let replayed = 0;

  let pruned = -1;
  let interrupted = 0;
  // On a busy machine it takes some seconds until old blocks are gone: killed before that, it begins again.
  for (let kill = 0; kill < kills || (pruning && pruned < 0 && kill < 5 * kills); kill++) {
    const writer = spawn(process.execPath, [program, folder.path, ...(pruning ? ['pruning'] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    writer.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exited = once(writer, 'exit');
    await Promise.race([once(writer.stdout, 'data'), exited]);
    setTimeout(() => writer.kill('SIGKILL'), Math.random() * (pruning ? 5_000 : 250));
    expect(await exited, `run ${kill}: the writer ended by itself`).toEqual([null, 'SIGKILL']);
    await new Promise((resolve) => (writer.stdout.readableEnded ? resolve(undefined) : writer.stdout.once('end', resolve)));

    // A last line may be cut off: then it was not read, and promised nothing.
    const [first, ...lines] = output.slice(0, output.lastIndexOf('\n')).split('\n');
    const [, , tornBytes, replayedBlocks, prunedUpTo] = first!.split(' ');
    pruned = Number(prunedUpTo);
    if (existsSync(join(folder.path, 'pruning'))) interrupted++;
    if (Number(tornBytes) > 0) torn++;
    if (Number(replayedBlocks) > 0) replayed++;
    for (const line of lines) {
      const [hash, logIndex] = line.split(' ') as [string, string];
      acknowledged.set(hash, Number(logIndex));
    }
  }

  const ledger = await openLedger(folder.path, { now: Date.now });
  for (const [hash, logIndex] of acknowledged) {
    if (pruning) expect(verifyLedgerReceipt(await ledger.receipt(logIndex), fromHex(hash), trust).verdict, `transaction ${hash}`).toBe('held');
    else expect((await ledger.transaction(fromHex(hash)))?.logIndex, `transaction ${hash}`).toBe(logIndex);
  }
  const { prunedUpTo = -1 } = (await ledger.engine()).retention;
  expect(prunedUpTo > 0).toBe(pruning);
  expect(ledger.head().logSize).toBeGreaterThanOrEqual(acknowledged.size);
  await ledger.close();
  expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, findings: [], unchecked: [] });
  expect(acknowledged.size).toBeGreaterThan(kills);
  console.log(
    `${kills} kills${pruning ? `, pruned up to block ${prunedUpTo}, ${interrupted} times in the middle of it` : ''}: ${acknowledged.size} acknowledged transactions, all there; ${torn} torn ends cut off, ${replayed} times blocks executed again`,
  );
}
