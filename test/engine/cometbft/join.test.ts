/** A node without a ledger joins a running network from a snapshot: real engines, their light client, the real files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import type { CometLedger } from '../../../src/engine/cometbft/comet-ledger.ts';
import { nodeIdOf } from '../../../src/engine/cometbft/home/keys.ts';
import { openCometLedger } from '../../../src/engine/cometbft/open.ts';
import type { CometOptions } from '../../../src/engine/cometbft/options.ts';
import { verifyBlocks } from '../../../src/engine/disk/verify-blocks.ts';
import { grantStateKey } from '../../../src/ledger/grants/state.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import { verifyTrustBundle } from '../../../src/ledger/verify/trust-bundle.ts';
import { certified, cometbftOf } from '../../support/cometbft.ts';
import { keyOf, openGrant, seedOf, temporaryFolder, transactionOf } from '../../support/ledger.ts';
import { stateSyncFrom } from '../../support/state-sync.ts';
import { freePort, openSingleValidator, singleValidatorGenesis } from '../../support/single-validator.ts';

const expiryDay = Math.floor(Date.now() / 86_400_000) + 30;

interface Sent {
  readonly key: Uint8Array;
  readonly height: number;
  readonly hash: Uint8Array;
  readonly logIndex: number;
}

async function grant(ledger: CometLedger): Promise<Sent> {
  const operation = openGrant({ expiryDay });
  const committed = unwrap(await ledger.submit(transactionOf('hospital', [operation], { expiryHeight: ledger.head().height + 100 })));
  return { ...committed, key: grantStateKey(operation.id) };
}

interface Network {
  readonly first: CometLedger;
  readonly second: CometLedger;
  readonly old: Sent;
}

for (const { series } of certified) {
  const program = cometbftOf(series);

  /** A network of one validator, and a node that joins it from a snapshot when there are blocks enough. */
  async function joined(
    options: Partial<CometOptions>,
    check: (network: Network) => Promise<void>,
    grown: (first: CometLedger, again: () => Promise<CometLedger>, sent: readonly Sent[]) => Promise<CometLedger> = async (first) => first,
  ): Promise<void> {
    using folder = temporaryFolder();
    const port = await freePort();
    const directory = join(folder.path, 'a');
    const settings = { moniker: 'hospital', listen: `127.0.0.1:${port}`, peers: [], commitTimeoutMs: 20 };
    const open = () => openSingleValidator(directory, program!, { settings, snapshotEvery: 5, ...options });
    let first = await open();
    let second: CometLedger | undefined;
    try {
      const sent: Sent[] = [];
      for (let block = 0; block < 15; block++) sent.push(await grant(first));
      const old = sent[0]!;
      first = await grown(first, open, sent);
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
            stateSync: await stateSyncFrom(directory),
          },
          note: (line) => notes.push(line),
        }),
      );
      expect(notes).toContain('The ledger is here from a snapshot');
      expect(await second.current(AbortSignal.timeout(60_000))).toBe(true);
      await check({ first, second, old });
    } catch (cause) {
      const log = join(folder.path, 'b/cometbft.log');
      if (existsSync(log)) console.error(readFileSync(log, 'utf8').split('\n').slice(-30).join('\n'));
      throw cause;
    } finally {
      await second?.close();
      await first.close();
    }
  }

  async function goesOnWithEverybody({ first, second, old }: Network): Promise<void> {
    const fresh = await grant(first);
    for await (const block of second.blocks(AbortSignal.timeout(30_000))) if (block.height >= fresh.height) break;
    expect(toHex(second.head().blockHash)).toBe(toHex((await first.block(second.head().height))!.hash));
    expect(toHex((await second.get(old.key))!)).toBe(toHex((await first.get(old.key))!));
    expect(await second.block(old.height)).toMatchObject({ pruned: true, transactions: [] });
    expect(await grant(second)).toMatchObject({ height: fresh.height + 1 });
  }

  describe.skipIf(program === undefined)(`CometBFT ${series}`, { timeout: 180_000 }, () => {
    it('a node joins from a snapshot, has the state and not the blocks before, and goes on with everybody', () =>
      joined({}, async (network) => {
        await goesOnWithEverybody(network);
        expect((await network.first.block(network.old.height))!.transactions).toHaveLength(1);
      }));

    it('also from a node whose engine has forgotten its first blocks', () =>
      joined({ retainBlocks: 2 }, goesOnWithEverybody, async (first) => {
        for (let block = 0; block < 25; block++) await grant(first);
        expect(await first.consensus.at(1)).toMatchObject({ ok: false });
        return first;
      }));

    it('also from a node that prunes itself while it runs, and that has receipts of everything, before and after a restart', () => {
      const options = { retain: { blocks: 5 }, pruneAtLeast: 4 };
      const prunedUpTo = async (ledger: CometLedger): Promise<number> => (await ledger.engine()).retention.prunedUpTo ?? -1;
      const receiptsHold = async (ledger: CometLedger, sent: readonly Sent[]): Promise<void> => {
        const { trust } = verifyTrustBundle(await ledger.trustBundle());
        for (const { logIndex, hash } of sent) expect(verifyLedgerReceipt(await ledger.receipt(logIndex), hash, trust).verdict).toBe('held');
      };
      return joined(options, goesOnWithEverybody, async (first, again, sent) => {
        for (let blocks = 0; blocks < 100 && (await prunedUpTo(first)) < 10; blocks++) await grant(first);
        expect(await prunedUpTo(first)).toBeGreaterThanOrEqual(10);
        await receiptsHold(first, sent);
        const head = first.head();
        const { directory } = (await first.engine()).disk;
        await first.close();
        expect((await verifyBlocks({ directory: join(directory, 'ledger') })).findings).toEqual([]);
        const opened = await again();
        expect(opened.head()).toEqual(head);
        expect(await opened.current(AbortSignal.timeout(60_000))).toBe(true);
        await receiptsHold(opened, sent);
        return opened;
      });
    });
  });
}
