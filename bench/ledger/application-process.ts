/** The ledger's application alone, as one process: `node application-process.ts <directory> <socket>`; prints `ready`, ends with its input. */
import { unwrap } from '../../src/base/result.ts';
import { serveAbci } from '../../src/engine/abci/server.ts';
import { ledgerApplication } from '../../src/engine/cometbft/application/ledger-application.ts';
import { openLedgerDisk } from '../../src/engine/disk/open.ts';

const [directory, socket] = process.argv.slice(2) as [string, string];
const disk = unwrap(await openLedgerDisk({ directory }));
const application = await ledgerApplication(disk);
const server = await serveAbci({ path: socket, application: application.abci });
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.once('end', () => {
  void server
    .close()
    .then(() => disk.close())
    .finally(() => process.exit(0));
});
