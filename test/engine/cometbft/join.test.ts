/** A node without a ledger joins a running network from a snapshot: real engines, their light client, the real files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import type { CometLedger } from '../../../src/engine/cometbft/comet-ledger.ts';
import { nodeIdOf } from '../../../src/engine/cometbft/home/keys.ts';
import { openCometLedger } from '../../../src/engine/cometbft/open.ts';
import { rpcClient } from '../../../src/engine/cometbft/rpc/client.ts';
import { grantStateKey } from '../../../src/ledger/grants/state.ts';
import { certified, cometbftOf } from '../../support/cometbft.ts';
import { keyOf, openGrant, seedOf, temporaryFolder, transactionOf } from '../../support/ledger.ts';
import { freePort, openSingleValidator, singleValidatorGenesis } from '../../support/single-validator.ts';

const expiryDay = Math.floor(Date.now() / 86_400_000) + 30;

async function grant(ledger: CometLedger) {
  const operation = openGrant({ expiryDay });
  const { height } = unwrap(await ledger.submit(transactionOf('hospital', [operation], { expiryHeight: ledger.head().height + 100 })));
  return { key: grantStateKey(operation.id), height };
}

for (const { series } of certified) {
  const program = cometbftOf(series);
  describe.skipIf(program === undefined)(`CometBFT ${series}`, { timeout: 180_000 }, () => {
    it('a node joins from a snapshot, has the state and not the blocks before, and goes on with everybody', async () => {
      using folder = temporaryFolder();
      const port = await freePort();
      const first = await openSingleValidator(join(folder.path, 'a'), program!, {
        settings: { moniker: 'hospital', listen: `127.0.0.1:${port}`, peers: [], commitTimeoutMs: 20 },
        snapshotEvery: 5,
      });
      let second: CometLedger | undefined;
      try {
        const old = await grant(first);
        for (let block = 0; block < 14; block++) await grant(first);
        // Whom the joining node trusts comes from elsewhere than the peers: here, from the one validator itself.
        const socket = join(folder.path, 'a/cometbft/rpc.sock');
        const rpc = rpcClient(socket);
        const { signed_header: signed } = unwrap(await rpc.call('commit', { height: '2' })) as {
          signed_header: { commit: { block_id: { hash: string } } };
        };
        rpc.close();
        const notes: string[] = [];
        second = unwrap(
          await openCometLedger({
            directory: join(folder.path, 'b'),
            program: program!,
            genesis: singleValidatorGenesis,
            validatorSeed: seedOf('another validator'),
            nodeSeed: seedOf('another machine'),
            issuerSeed: seedOf('clinic'),
            settings: {
              moniker: 'clinic',
              listen: `127.0.0.1:${await freePort()}`,
              peers: [`${nodeIdOf(keyOf('machine'))}@127.0.0.1:${port}`],
              commitTimeoutMs: 20,
              stateSync: {
                servers: [`unix://${socket}`, `unix://${socket}`],
                trustHeight: 2,
                trustHash: signed.commit.block_id.hash,
                trustPeriodHours: 24,
              },
            },
            note: (line) => notes.push(line),
          }),
        );
        expect(notes).toContain('The ledger is here from a snapshot');
        expect(await second.current(AbortSignal.timeout(60_000))).toBe(true);
        const fresh = await grant(first);
        for await (const block of second.blocks(AbortSignal.timeout(30_000))) if (block.height >= fresh.height) break;
        expect(toHex(second.head().blockHash)).toBe(toHex((await first.block(second.head().height))!.hash));
        expect(toHex((await second.get(old.key))!)).toBe(toHex((await first.get(old.key))!));
        expect((await first.block(old.height))!.transactions).toHaveLength(1);
        expect(await second.block(old.height)).toMatchObject({ pruned: true, transactions: [] });
        expect(await grant(second)).toMatchObject({ height: fresh.height + 1 });
      } catch (cause) {
        const log = join(folder.path, 'b/cometbft.log');
        if (existsSync(log)) console.error(readFileSync(log, 'utf8').split('\n').slice(-30).join('\n'));
        throw cause;
      } finally {
        await second?.close();
        await first.close();
      }
    });
  });
}
