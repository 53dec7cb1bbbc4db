/**
 * A node without a ledger joins: the engine asks its peers for snapshots, verifies with its light client which app hash the right one has, and has
 * the chunks brought. Afterwards the ledger's files are there, and the engine's own state; everything else is as in any other start.
 */
import { join } from 'node:path';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../../base/result.ts';
import { serveAbci } from '../abci/server.ts';
import { hasLedger } from '../disk/create-ledger.ts';
import { receiveSnapshot } from '../disk/snapshots/receive-snapshot.ts';
import { joiningApplication } from './application/joining.ts';
import { cometbftErrors } from './errors.ts';
import { LEDGER_FOLDER, LOG_FILE } from './folders.ts';
import type { CometOptions } from './options.ts';
import { prepareHome } from './prepare-home.ts';
import { startEngineProcess } from './process/engine-process.ts';
import { openLogFile } from './process/log-file.ts';
import { superviseUnit, type ApplicationRun } from './process/supervise.ts';

/** Where nobody has a snapshot, the engine would go on asking for ever. */
const FIRST_OFFER_WITHIN_MS = 25_000;
/** What the engine prints when it has given up: it would go on living, and do nothing. */
const GAVE_UP = /State sync (failed|aborted)|failed to start state sync/i;

/** Resolves when the ledger is there. `cometbft.no-snapshot`, and what receiving one gives. */
export async function joinFromSnapshot(options: CometOptions): Promise<Result<void>> {
  const { directory, genesis, program, note = () => undefined } = options;
  const ledger = join(directory, LEDGER_FOLDER);
  const { home, abciSocket, rpcSocket, release } = await prepareHome(options, 'joining');
  const log = openLogFile(join(directory, LOG_FILE));
  const { promise: ended, resolve: end } = Promise.withResolvers<Result<void>>();
  const none = fail(codedError(cometbftErrors, 'cometbft.no-snapshot'));
  const unoffered = setTimeout(() => end(none), FIRST_OFFER_WITHIN_MS);
  options.signal?.addEventListener('abort', () => end(none), { once: true });
  const application = joiningApplication({
    chainId: genesis.chainId,
    receive(manifest) {
      clearTimeout(unoffered);
      return receiveSnapshot({ directory: ledger, genesis, manifest });
    },
    onJoined: () => end(ok(undefined)),
    onRefused: ({ sender, chunk, error }) =>
      note(
        `A snapshot${chunk === undefined ? '' : `, chunk ${chunk}`}${sender === undefined ? '' : `, from peer ${sender}`} was refused: ${error.message}`,
      ),
  });
  note('There is no ledger here yet: asking the peers for a snapshot');
  const unit = superviseUnit({
    async startApplication(): Promise<ApplicationRun> {
      const { promise: failed, resolve } = Promise.withResolvers<CodedError>();
      const server = await serveAbci({
        path: abciSocket.path,
        application,
        onDisconnect: (cause) => cause && resolve(codedError(cometbftErrors, 'cometbft.ended', { data: { cause: cause.message } })),
      });
      return { failed, close: () => server.close() };
    },
    startEngine: () =>
      startEngineProcess({
        program,
        home,
        rpcSocket: rpcSocket.path,
        log,
        onLine: (line) => void (GAVE_UP.test(line) && end(fail(codedError(cometbftErrors, 'cometbft.no-snapshot', { data: { line } })))),
      }),
    onRunning: () => undefined,
    onEnded: ({ message }) => note(message),
  });
  const outcome = await ended;
  clearTimeout(unoffered);
  await unit.stop();
  log.close();
  await release();
  if (outcome.ok && hasLedger(ledger)) note('The ledger is here from a snapshot');
  return outcome;
}
