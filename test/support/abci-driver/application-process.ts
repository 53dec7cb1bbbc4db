/**
 * A process that is the application of the ledger in a directory until it is killed: `node application-process.ts <directory>`. Prints `ready`,
 * and the hash of each transaction that it saw in CheckTx as soon as it knows that it is committed, one a line.
 */
import { toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { serveAbci } from '../../../src/engine/abci/server.ts';
import { ledgerApplication } from '../../../src/engine/cometbft/application/ledger-application.ts';
import { openLedgerDisk } from '../../../src/engine/disk/open.ts';

const directory = process.argv[2]!;
const disk = unwrap(await openLedgerDisk({ directory }));
const application = await ledgerApplication(disk);
const { abci } = application;
await serveAbci({
  path: `${directory}/abci.sock`,
  application: {
    ...abci,
    async checkTx(request) {
      const checked = await application.check(request.tx);
      if (checked.ok) void application.decided(checked.value).then((outcome) => outcome.ok && process.stdout.write(`${toHex(outcome.value.hash)}\n`));
      return abci.checkTx(request);
    },
  },
});
process.stdout.write('ready\n');
