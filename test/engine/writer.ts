/**
 * A process that writes to a ledger until it is killed: `node writer.ts <directory> [pruning]`, with `pruning` to a ledger that prunes itself all the
 * time. Prints the hash and the log index of each transaction
 * as soon as it is acknowledged, one a line.
 */
import { toHex } from '../../src/base/bytes.ts';
import { openGrant, openLedger, transactionOf } from '../support/ledger.ts';

const ledger = await openLedger(process.argv[2]!, {
  lingerMs: 1,
  now: Date.now,
  ...(process.argv[3] === 'pruning' ? { retain: { blocks: 30 }, pruneAtLeast: 10 } : {}),
});
process.stdout.write(
  `open ${ledger.head().height} ${ledger.recovery.tornBytes} ${ledger.recovery.replayedBlocks} ${(await ledger.engine()).retention.prunedUpTo ?? -1}\n`,
);
for (let client = 0; client < 20; client++) void write();

async function write(): Promise<void> {
  for (;;) {
    const operations = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, () => openGrant({ expiryDay: 30_000 }));
    const sent = await ledger.submit(transactionOf('hospital', operations, { expiryHeight: ledger.head().height + 1_000 }));
    if (!sent.ok) throw new Error(sent.error.message);
    process.stdout.write(`${toHex(sent.value.hash)} ${sent.value.logIndex}\n`);
  }
}
