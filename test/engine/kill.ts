import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { verifyBlocks } from '../../src/engine/disk/verify-blocks.ts';
import { newLedger, openLedger, temporaryFolder } from '../support/ledger.ts';

/** Writers killed at random moments under load: nothing that was acknowledged is lost, and no repair is needed. */
export async function killAndCheck(kills: number): Promise<void> {
  using folder = temporaryFolder();
  await (await newLedger(folder.path)).close();
  const acknowledged = new Map<string, number>();
  let torn = 0;
  let replayed = 0;

  for (let kill = 0; kill < kills; kill++) {
    const writer = spawn(process.execPath, [new URL('./writer.ts', import.meta.url).pathname, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    writer.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exited = once(writer, 'exit');
    await Promise.race([once(writer.stdout, 'data'), exited]);
    setTimeout(() => writer.kill('SIGKILL'), Math.random() * 250);
    expect(await exited, `run ${kill}: the writer ended by itself`).toEqual([null, 'SIGKILL']);
    await new Promise((resolve) => (writer.stdout.readableEnded ? resolve(undefined) : writer.stdout.once('end', resolve)));

    // A last line may be cut off: then it was not read, and promised nothing.
    const [first, ...lines] = output.slice(0, output.lastIndexOf('\n')).split('\n');
    const [, , tornBytes, replayedBlocks] = first!.split(' ');
    if (Number(tornBytes) > 0) torn++;
    if (Number(replayedBlocks) > 0) replayed++;
    for (const line of lines) {
      const [hash, logIndex] = line.split(' ') as [string, string];
      acknowledged.set(hash, Number(logIndex));
    }
  }

  const ledger = await openLedger(folder.path, { now: Date.now });
  for (const [hash, logIndex] of acknowledged) {
    const stored = await ledger.transaction(fromHex(hash));
    expect(stored?.logIndex, `transaction ${hash}`).toBe(logIndex);
  }
  expect(ledger.head().logSize).toBeGreaterThanOrEqual(acknowledged.size);
  await ledger.close();
  expect(await verifyBlocks({ directory: folder.path })).toMatchObject({ holds: true, findings: [], unchecked: [] });
  expect(acknowledged.size).toBeGreaterThan(kills);
  console.log(
    `${kills} kills: ${acknowledged.size} acknowledged transactions, all there; ${torn} torn ends cut off, ${replayed} times blocks executed again`,
  );
}
