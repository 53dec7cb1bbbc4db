/** A node of a CometBFT network: its ledger on disk, the application over it, the engine's process, and the client that the layers above see. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, plainError, type CodedError, type Result } from '../../base/result.ts';
import { encodeConsensusSeal } from '../../ledger/block/seal.ts';
import { encodeGenesis, genesisHash } from '../../ledger/genesis/genesis.ts';
import { serveAbci } from '../abci/server.ts';
import { createLedger, hasLedger } from '../disk/create-ledger.ts';
import { openLedgerDisk } from '../disk/open.ts';
import { ledgerApplication } from './application/ledger-application.ts';
import { cometLedger, type CometLedger } from './comet-ledger.ts';
import { cometbftErrors } from './errors.ts';
import { HOME_FOLDER, LEDGER_FOLDER, LOG_FILE } from './folders.ts';
import { hasEngineData } from './home/home.ts';
import { joinFromSnapshot } from './join-from-snapshot.ts';
import type { CometOptions } from './options.ts';
import { prepareHome } from './prepare-home.ts';
import { startEngineProcess } from './process/engine-process.ts';
import { openLogFile } from './process/log-file.ts';
import { isFinal } from './process/last-words.ts';
import { superviseUnit, type ApplicationRun } from './process/supervise.ts';
import { rpcClient } from './rpc/client.ts';
import type { DiskOptions, LedgerDisk } from '../disk/ledger-disk.ts';

/** There when the engine's own data turned out to be older than the ledger. */
const REBUILD_MARK = 'rebuild-ledger';
const SNAPSHOT_EVERY = 2_000;

/**
 * Resolves when the engine's process is being started; whether it is current and connected is in `engine()`. `cometbft.missing`, and what opening
 * a ledger gives (`engine.locked`, `engine.disk-full`, …).
 */
export async function openCometLedger(options: CometOptions): Promise<Result<CometLedger>> {
  const { directory, program, settings } = options;
  if (!existsSync(program)) return fail(codedError(cometbftErrors, 'cometbft.missing', { message: `There is no CometBFT at ${program}.` }));
  if (settings.stateSync && !hasLedger(join(directory, LEDGER_FOLDER))) {
    const joined = await joinFromSnapshot(options);
    if (!joined.ok && (joined.error.code !== 'cometbft.no-snapshot' || options.signal?.aborted === true)) return joined;
    if (!joined.ok) options.note?.('No snapshot could be had: all blocks are fetched and executed instead');
  }
  const opened = await openDisk(options);
  return opened.ok ? ok(await start(options, opened.value)) : opened;
}

/**
 * A ledger that is there when the engine's data is not (or is older) can't be told to the engine: it starts anew from the genesis, and the blocks
 * come from the engine's own store and from the peers. The old one stays beside it.
 */
async function openDisk({ directory, genesis, note, ...options }: CometOptions): Promise<Result<LedgerDisk>> {
  const ledger = join(directory, LEDGER_FOLDER);
  const mark = join(directory, REBUILD_MARK);
  const { retainHeights, snapshotEvery = SNAPSHOT_EVERY, retain, askBeforePruning, pruneAtLeast } = options;
  const given = Object.entries({ retainHeights, retain, askBeforePruning, pruneAtLeast }).filter(([, value]) => value !== undefined);
  const diskOptions: DiskOptions = { directory: ledger, snapshotEvery, ...Object.fromEntries(given) };
  const open = async (): Promise<Result<LedgerDisk>> => {
    if (!hasLedger(ledger)) {
      const created = await createLedger(ledger, genesis, () => encodeConsensusSeal(0));
      if (!created.ok) return created;
    }
    return openLedgerDisk(diskOptions);
  };
  const setAside = async (): Promise<void> => {
    const aside = `${ledger}.old-${new Date().toISOString().replaceAll(/[-:.]/g, '')}`;
    await rename(ledger, aside);
    note?.(`The consensus engine's own data is older than the ledger, which is fetched anew; the one of before is in ${aside}`);
  };

  if (existsSync(mark) && hasLedger(ledger)) await setAside();
  await rm(mark, { force: true });
  const opened = await open();
  if (!opened.ok) return opened;
  // Before anything is done to it: it may have been put here by mistake.
  if (!equalBytes(genesisHash(encodeGenesis(opened.value.genesis)), genesisHash(encodeGenesis(genesis)))) {
    const { chainId } = opened.value.genesis;
    await opened.value.close();
    return fail(codedError(cometbftErrors, 'cometbft.other-ledger', { message: `The ledger in ${directory} is another one: ${chainId}.` }));
  }
  if (await hasEngineData(join(directory, HOME_FOLDER))) return opened;
  const first = genesis.previous === null ? 0 : genesis.previous.height + 1;
  if (opened.value.head().height <= first) return opened;
  await opened.value.close();
  await setAside();
  return open();
}

/** What the application itself could not go on with, and no new start would change. */
const finalCause = (error: Error | undefined): CodedError | undefined =>
  error?.cause instanceof CodedException && isFinal(error.cause) ? plainError(error.cause) : undefined;

async function start(options: CometOptions, disk: LedgerDisk): Promise<CometLedger> {
  const { directory, program, validatorSeed, retainBlocks, note = () => undefined } = options;
  const { home, abciSocket, rpcSocket, release } = await prepareHome(options, 'running');
  const rpc = rpcClient(rpcSocket.path);
  const log = openLogFile(join(directory, LOG_FILE));
  // Calls that come before everything is put together find nothing to tell.
  const told: { to?: Pick<CometLedger, 'onCommit' | 'onLine' | 'onRunning'> } = {};
  const application = await ledgerApplication(disk, {
    ...(retainBlocks === undefined ? {} : { retainBlocks }),
    onCommit: (head) => told.to?.onCommit(head),
  });
  const abci = options.wrapApplication?.(application) ?? application.abci;

  const unit = superviseUnit({
    async startApplication(): Promise<ApplicationRun> {
      let end: (error: CodedError) => void = () => undefined;
      const failed = new Promise<CodedError>((resolve) => (end = resolve));
      const server = await serveAbci({
        path: abciSocket.path,
        application: abci,
        onDisconnect: (cause) => {
          const error =
            disk.failure ?? finalCause(cause) ?? (cause && codedError(cometbftErrors, 'cometbft.ended', { data: { cause: cause.message } }));
          if (error) end(error);
        },
      });
      return { failed, close: () => server.close() };
    },
    startEngine: () => startEngineProcess({ program, home, rpcSocket: rpcSocket.path, log, onLine: (line) => told.to?.onLine(line) }),
    onRunning: (engine) => {
      note(`CometBFT runs (process ${engine.pid})`);
      told.to?.onRunning();
    },
    onEnded: (error) => {
      note(`${error.message}${typeof error.data?.['cause'] === 'string' ? ` ${error.data['cause']}` : ''} (${error.code})`);
      if (isFinal(error)) void rebuildOrStay(error).catch(options.onError);
    },
  });
  const ledger = cometLedger({
    disk,
    application,
    rpc,
    unit,
    directory,
    organisationOfPeer: options.organisationOfPeer ?? (() => undefined),
    validatorKey: ed25519PublicKey(validatorSeed),
    issuerSeed: options.issuerSeed,
    note,
    onError: options.onError ?? (() => undefined),
    async release() {
      log.close();
      await release();
    },
  });
  told.to = ledger;
  return ledger;

  /** What can be mended is mended by the next start; what can't has to be looked at. */
  async function rebuildOrStay(error: CodedError): Promise<void> {
    if (error.code === 'cometbft.ledger-ahead') await writeFile(join(directory, REBUILD_MARK), '');
    options.onFinal?.(error);
  }
}
