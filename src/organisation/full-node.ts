/** What an organisation serves that keeps records too: the whole node, over PostgreSQL of its own or one that was named. */
import { join } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';
import { verifyBlocks } from '../engine/disk/verify-blocks.ts';
import { blockIndex } from '../gateway/explorer/block-index.ts';
import { startNode } from '../node/node.ts';
import { databaseName, databasesOn, type Databases } from '../store/databases.ts';
import { openCluster } from '../store/postgres-cluster.ts';
import type { Checkpoints } from '../witness/checkpoints.ts';
import { memberLogKeys, startOrganisationCheckpoints } from './checkpoints.ts';
import { databaseDirectory } from './home-file.ts';
import type { LedgerOnlyParts, Served } from './ledger-only.ts';
import { organisationRoutes } from './organisation-routes.ts';

export interface FullNodeParts extends LedgerOnlyParts {
  /** A PostgreSQL server to use instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  readonly anchorIntervalMs: number;
}

const FIRST_CHECK_AFTER_MS = 10_000;

type Closers = (() => Promise<unknown> | void)[];

/** `store.*`, `node.port-in-use`, `witness.state-damaged`, and what opening records gives. */
export async function serveFullNode(parts: FullNodeParts): Promise<Result<Served>> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    while (closers.length > 0) await closers.pop()!();
  };
  try {
    const started = await start(parts, closers);
    if (started.ok) return ok({ localUrl: started.value, close });
    await close();
    return started;
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function start(parts: FullNodeParts, closers: Closers): Promise<Result<string>> {
  const { file, home, keys, ledger, version, now, onError } = parts;
  const { organisation, listen, peers, url } = file;
  const databases = await openDatabases(home, parts.databaseUrl);
  if (!databases.ok) return databases;
  closers.push(() => databases.value.close());
  const database = await databases.value.open(organisation.id);
  if (!database.ok) return database;

  const stop = new AbortController();
  const log: { checkpoints?: Checkpoints } = {};
  const node = await startNode(
    {
      organisation,
      network: file.network,
      host: listen.httpHost,
      front: parts.front,
      port: listen.http,
      channelHost: listen.host,
      channelPort: listen.channel,
      url,
      rootKey: keys.root,
      database: database.value,
      others: peers.map((peer) => peer.organisation),
      addresses(id) {
        const peer = peers.find((one) => one.organisation === id);
        return peer && { host: peer.host, port: peer.channel };
      },
      anchorIntervalMs: parts.anchorIntervalMs,
      witnessing: { directory: parts.witnessDirectory, logKeys: memberLogKeys(ledger), checkpoints: () => log.checkpoints },
      webDirectory: parts.webDirectory,
      allowedOrigins: [],
      engine: 'cometbft',
      sandbox: file.trial,
      version,
      checkLedger: () => verifyBlocks({ directory: join(home, 'ledger') }),
      firstCheckAfterMs: FIRST_CHECK_AFTER_MS,
      addRoutes: (server) => organisationRoutes(server, parts),
      onError,
      now,
    },
    ledger,
    blockIndex(ledger, stop.signal, onError),
  );
  closers.push(() => stop.abort());
  if (!node.ok) return node;
  closers.push(() => node.value.close());
  const checkpoints = await startOrganisationCheckpoints({ home, ledger, keys: keys.keys, peers, now, onError, signal: stop.signal });
  if (!checkpoints.ok) return checkpoints;
  log.checkpoints = checkpoints.value;
  closers.push(() => checkpoints.value.close());
  // The others may not be there yet; what waits for them is taken up when they are.
  void node.value.begin().catch(onError);
  return ok(node.value.localUrl);
}

async function openDatabases(home: string, databaseUrl: string | undefined): Promise<Result<Databases>> {
  if (databaseUrl !== undefined) return ok(databasesOn(databaseUrl));
  const cluster = await openCluster({ directory: databaseDirectory(home), logDirectory: join(home, 'logs') });
  if (!cluster.ok) return fail(cluster.error);
  return ok({ open: (organisation) => cluster.value.createDatabase(databaseName(organisation)), close: () => cluster.value.close() });
}
