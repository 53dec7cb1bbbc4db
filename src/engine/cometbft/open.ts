/** A node of a CometBFT network: its ledger on disk, the application over it, the engine's process, and the client that the layers above see. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, plainError, type CodedError, type Result } from '../../base/result.ts';
import { encodeConsensusSeal } from '../../ledger/block/seal.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../ledger/genesis/genesis.ts';
import { serveAbci } from '../abci/server.ts';
import { createLedger, hasLedger } from '../disk/create-ledger.ts';
import { openLedgerDisk } from '../disk/open.ts';
import { ledgerApplication, type LedgerApplication } from './application/ledger-application.ts';
import { cometLedger, type CometLedger } from './comet-ledger.ts';
import { cometbftErrors } from './errors.ts';
import { HOME_FOLDER, LEDGER_FOLDER, LOG_FILE } from './folders.ts';
import type { EngineSettings } from './home/config-file.ts';
import { hasEngineData, writeHome } from './home/home.ts';
import { socketIn } from './home/sockets.ts';
import { startEngineProcess } from './process/engine-process.ts';
import { openLogFile } from './process/log-file.ts';
import { isFinal } from './process/last-words.ts';
import { superviseUnit, type ApplicationRun } from './process/supervise.ts';
import { rpcClient } from './rpc/client.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';

export interface CometOptions {
  /** Of this node alone: `ledger/`, `cometbft/` and `cometbft.log` are in it. */
  readonly directory: string;
  /** The CometBFT program. */
  readonly program: string;
  /** What the ledger is made from when there is none yet; a ledger that is there has to have the same. */
  readonly genesis: Genesis;
  /** 32-byte Ed25519 seeds: of the validator (also of a node that is none yet), of the machine among its peers, and of who signs receipts. */
  readonly validatorSeed: Uint8Array;
  readonly nodeSeed: Uint8Array;
  readonly issuerSeed: Uint8Array;
  readonly settings: Omit<EngineSettings, 'abciSocket' | 'rpcSocket'>;
  /** Organisation whose machine has a node id. */
  readonly organisationOfPeer?: (nodeId: string) => string | undefined;
  readonly retainHeights?: number;
  /** Told what happens that an operator wants to know, one line each. */
  readonly note?: (line: string) => void;
  /** The engine is not started again: `cometbft.ledger-ahead` (opening once more mends it), `cometbft.diverged`. */
  readonly onFinal?: (error: CodedError) => void;
  /** Told what goes wrong in the background. */
  readonly onError?: (cause: unknown) => void;
  /** Goes between the application and the engine (tests: validators that lie). */
  readonly wrapApplication?: (application: LedgerApplication) => LedgerApplication['abci'];
}

/** There when the engine's own data turned out to be older than the ledger. */
const REBUILD_MARK = 'rebuild-ledger';

/**
 * Resolves when the engine's process is being started; whether it is current and connected is in `engine()`. `cometbft.missing`, and what opening
 * a ledger gives (`engine.locked`, `engine.disk-full`, …).
 */
export async function openCometLedger(options: CometOptions): Promise<Result<CometLedger>> {
  const { directory, program, genesis } = options;
  if (!existsSync(program)) return fail(codedError(cometbftErrors, 'cometbft.missing', { message: `There is no CometBFT at ${program}.` }));
  const opened = await openDisk(options);
  if (!opened.ok) return opened;
  const disk = opened.value;
  if (equalBytes(genesisHash(encodeGenesis(disk.genesis)), genesisHash(encodeGenesis(genesis)))) return ok(await start(options, disk));
  await disk.close();
  return fail(
    codedError(cometbftErrors, 'cometbft.other-ledger', { message: `The ledger in ${directory} is another one: ${disk.genesis.chainId}.` }),
  );
}

/**
 * A ledger that is there when the engine's data is not (or is older) can't be told to the engine: it starts anew from the genesis, and the blocks
 * come from the engine's own store and from the peers. The old one stays beside it.
 */
async function openDisk({ directory, genesis, retainHeights, note }: CometOptions): Promise<Result<LedgerDisk>> {
  const ledger = join(directory, LEDGER_FOLDER);
  const mark = join(directory, REBUILD_MARK);
  const diskOptions = { directory: ledger, ...(retainHeights === undefined ? {} : { retainHeights }) };
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
  if (!opened.ok || (await hasEngineData(join(directory, HOME_FOLDER)))) return opened;
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
  const { directory, program, genesis, settings, validatorSeed, nodeSeed, note = () => undefined } = options;
  const home = join(directory, HOME_FOLDER);
  const abciSocket = await socketIn(home, 'abci.sock');
  const rpcSocket = await socketIn(home, 'rpc.sock');
  await writeHome(home, {
    genesis: {
      chainId: genesis.chainId,
      time: genesis.time,
      validators: genesis.validators.map(({ org, key, power }) => ({ name: org, key, power })),
      ledgerGenesisHash: genesisHash(encodeGenesis(genesis)),
    },
    settings: { ...settings, abciSocket: abciSocket.name, rpcSocket: rpcSocket.name },
    validatorSeed,
    nodeSeed,
  });
  const rpc = rpcClient(rpcSocket.path);
  const log = openLogFile(join(directory, LOG_FILE));
  // Calls that come before everything is put together find nothing to tell.
  const told: { to?: Pick<CometLedger, 'onCommit' | 'onLine' | 'onRunning'> } = {};
  const application = await ledgerApplication(disk, { onCommit: (head) => told.to?.onCommit(head) });
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
      await abciSocket.remove();
      await rpcSocket.remove();
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
