/** One organisation from first to last: its home, its ledger, what it serves; runs until the signal, then stops in reverse order. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { equalBytes } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { CodedException, fail, ok, unwrap, type CodedError, type Result } from '../base/result.ts';
import type { CometLedger } from '../engine/cometbft/comet-ledger.ts';
import { acquireLock } from '../engine/disk/lock.ts';
import { memberDirectory } from '../network/directory.ts';
import { portIsFree } from '../node/http-server.ts';
import type { HttpFront } from '../node/serve-http.ts';
import { openTls } from '../node/tls.ts';
import { organisationErrors } from './errors.ts';
import { checkAccess } from './home-access.ts';
import { chosen, frontOf, unreachable, type HttpChoice } from './http-front.ts';
import { serveFullNode } from './full-node.ts';
import { readHomeFile, type HomeFile } from './home-file.ts';
import { serveLedgerOnly } from './ledger-only.ts';
import { openOrganisationLedger } from './open-ledger.ts';
import { openNodeKeys } from './organisation-seeds.ts';
import { followPeerNames } from './peer-names.ts';
import { localHost } from './ports.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';

const root = join(import.meta.dirname, '../..');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

export interface RunOptions {
  readonly home: string;
  /** The CometBFT program. */
  readonly program: string | undefined;
  /** A PostgreSQL server to use instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  readonly anchorIntervalMs: number;
  /** How its HTTP is reached, where that is not as in its `careledger.json`. */
  readonly http?: HttpChoice;
  /** Without a ledger yet: begin with a snapshot of the others' instead of with the first block. */
  readonly fromSnapshot: boolean;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  /** Called once, when it listens. Whether the others are there is another matter: `/readyz`. */
  readonly ready: (organisation: string, url: string) => void;
}

type Closers = (() => Promise<unknown> | void)[];

/** Resolves when it has stopped; with the error when it could not start, or can't go on. */
export async function runOrganisation(options: RunOptions): Promise<Result<void>> {
  const ended = await runOnce(options);
  // Data of the engine that are older than the ledger: opening it once more fetches the ledger anew.
  const isMended = !ended.ok && ended.error.code === 'cometbft.ledger-ahead' && !options.signal.aborted;
  return isMended ? runOnce(options) : ended;
}

async function runOnce(options: RunOptions): Promise<Result<void>> {
  const { note, signal } = options;
  const closers: Closers = [];
  let final: CodedError | undefined;
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  try {
    await start(options, closers, (error) => {
      // A ledger that differs from the network's stays up for whoever looks into it; what a new start mends, gets one.
      if (error.code === 'cometbft.diverged') return;
      final = error;
      ended.resolve();
    });
    if (!signal.aborted) await ended.promise;
  } catch (cause) {
    if (!(cause instanceof CodedException)) throw cause;
    final = cause;
  } finally {
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (cause) {
        note(`while stopping: ${(cause as Error).stack ?? String(cause)}`);
      }
    }
  }
  return final === undefined || signal.aborted ? ok(undefined) : fail(final);
}

async function start(options: RunOptions, closers: Closers, onFinal: (error: CodedError) => void): Promise<void> {
  const { home: given, program, signal, note, ready } = options;
  const home = resolve(given);
  unwrap(await checkAccess(home));
  const file = chosen(unwrap(await readHomeFile(home)), options.http ?? {});
  const { id } = file.organisation;
  const front = unwrap(frontOf(home, file));
  // The certificate is looked at first: nothing else has to be started for an error in it.
  if (front?.kind === 'tls') unwrap(await openTls(front.files, Date.now()));
  const keys = unwrap(await openNodeKeys(home, id, false));
  const lock = acquireLock(home);
  if (!lock.ok) throw new CodedException(runningElsewhere(lock.error, home));
  closers.push(() => lock.value.release());
  for (const [host, port] of portsOf(file, front)) unwrap(portNamed(await portIsFree(host, port)));

  const onError = (cause: unknown): void => note(`${id}: ${wordsOf(cause)}`);
  const alone = unreachable(file, front);
  if (alone !== undefined) note(`${id}: ${alone}`);
  const ledger = unwrap(
    await openOrganisationLedger({
      home,
      file,
      keys,
      program,
      fromSnapshot: options.fromSnapshot,
      signal,
      note: (line) => note(`${id}: ${line}`),
      onError,
      onFinal,
    }),
  );
  closers.push(() => ledger.close());
  closers.push(followNames(file, ledger, (line) => note(`${id}: ${line}`)));
  // Its keys may just have been replaced, in blocks that this node has not fetched yet: told, not refused.
  const member = await memberDirectory(ledger).member(id);
  if (member && !equalBytes(member.signingKey, keys.keys.ledgerPublicKey))
    note(`${id}: root.key is not the key that the ledger has for ${id} so far`);
  const parts = {
    file,
    front,
    keys,
    ledger,
    home,
    witnessDirectory: join(home, 'witness'),
    webDirectory: join(root, 'dist/web'),
    version,
    now: Date.now,
    onError,
  };
  const { databaseUrl, anchorIntervalMs } = options;
  const served = unwrap(portNamed(await (file.ledgerOnly ? serveLedgerOnly(parts) : serveFullNode({ ...parts, databaseUrl, anchorIntervalMs }))));
  closers.push(() => served.close());
  await writeRunFile(home, file.url, served.localUrl);
  closers.push(() => removeRunFile(home));
  if (!signal.aborted) ready(id, file.url);
}

/** Until the returned function is called. */
function followNames({ peers }: HomeFile, ledger: CometLedger, note: (line: string) => void): () => void {
  const stop = new AbortController();
  let pid: number | undefined;
  const connected = async (): Promise<ReadonlySet<string> | undefined> => {
    const status = await ledger.engine();
    pid = status.processes[0]?.pid;
    return pid === undefined ? undefined : new Set(status.peers.map((peer) => peer.id));
  };
  // It ends in order, and the supervision starts it again; one that has just ended by itself is started again as well.
  const restartEngine = (): void => {
    try {
      process.kill(pid!, 'SIGTERM');
    } catch {}
  };
  followPeerNames({ peers, connected, restartEngine, note, signal: stop.signal }).catch((cause: unknown) => note(wordsOf(cause)));
  return () => stop.abort();
}

/** What is foreseen has a code and says enough by itself. */
function wordsOf(cause: unknown): string {
  const { code, hint, message, stack } = cause as Partial<CodedError> & { readonly stack?: string };
  return code !== undefined && hint !== undefined ? `${message} (${code})` : (stack ?? String(cause));
}

const runningElsewhere = (error: CodedError, home: string): CodedError =>
  error.code === 'engine.locked'
    ? codedError(organisationErrors, 'organisation.running', {
        message: `The organisation in ${home} is run by process ${String(error.data?.['pid'] ?? 'unknown')}.`,
        ...(error.data === undefined ? {} : { data: error.data }),
      })
    : error;

const portsOf = ({ listen, ledgerOnly }: HomeFile, front: HttpFront | undefined): readonly (readonly [string, number])[] => [
  [listen.httpHost, listen.http],
  ...(front ? ([[front.local.host, front.local.port]] as const) : []),
  [listen.host, listen.consensus],
  ...(ledgerOnly ? [] : ([[listen.host, listen.channel]] as const)),
  ...(listen.consensusMetrics === 0 ? [] : ([[localHost(listen.httpHost), listen.consensusMetrics]] as const)),
];

const portNamed = <T>(result: Result<T>): Result<T> =>
  result.ok || result.error.code !== 'node.port-in-use'
    ? result
    : fail(codedError(organisationErrors, 'organisation.port-in-use', { message: result.error.message, data: result.error.data ?? {} }));
