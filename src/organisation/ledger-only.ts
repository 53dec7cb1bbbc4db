/** What an organisation serves that runs the ledger alone: where things are, how it is, the explorer, and the pages that verify. */
import type { FastifyInstance } from 'fastify';
import { ok, type Result } from '../base/result.ts';
import type { WellKnown } from '../contract/network.ts';
import type { CometLedger } from '../engine/cometbft/comet-ledger.ts';
import { blockIndex } from '../gateway/explorer/block-index.ts';
import { explorerRoutes } from '../gateway/explorer/routes.ts';
import { jsonScope } from '../gateway/json-scope.ts';
import { transactionRoutes } from '../gateway/ledger/transactions.ts';
import { metricsText } from '../gateway/node/metrics.ts';
import { logRoutes, witnessRoutes } from '../gateway/witness/routes.ts';
import { memberDirectory } from '../network/directory.ts';
import { createHttpServer, listen } from '../node/http-server.ts';
import { serveStaticFiles } from '../node/static-files.ts';
import { openWitnessing } from '../node/witnessing.ts';
import type { HomeFile } from './home-file.ts';
import { ledgerMetrics } from './ledger-metrics.ts';
import { notReady } from './ledger-status.ts';
import type { NodeKeys } from './organisation-seeds.ts';
import { statusRoute } from './status-route.ts';

export interface LedgerOnlyParts {
  readonly file: HomeFile;
  readonly keys: NodeKeys;
  readonly ledger: CometLedger;
  /** What this node's witness has seen. */
  readonly witnessDirectory: string;
  readonly webDirectory: string;
  readonly version: string;
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
}

export interface Served {
  close(): Promise<void>;
}

/** `node.port-in-use`, `witness.state-damaged`. */
export async function serveLedgerOnly(parts: LedgerOnlyParts): Promise<Result<Served>> {
  const { file, keys, ledger, now, onError } = parts;
  const stop = new AbortController();
  const witnessing = await openWitnessing(
    { directory: parts.witnessDirectory, logKeys: async () => [], checkpoints: () => undefined },
    ledger,
    keys.keys,
    now,
  );
  if (!witnessing.ok) return witnessing;
  const server = createHttpServer({ allowedOrigins: [], connectTo: [], hosts: [file.listen.httpHost, new URL(file.url).hostname], onError });
  await explorerRoutes(server, {
    ledger,
    directory: memberDirectory(ledger),
    index: blockIndex(ledger, stop.signal, onError),
    nodeKey: '',
    witnesses: witnessing.value.view,
    signal: stop.signal,
    onError,
  });
  await witnessRoutes(server, witnessing.value.witness);
  logRoutes(server, ledger, () => undefined);
  await transactionRoutes(server, ledger, onError);
  await selfRoutes(server, parts);
  await serveStaticFiles(server, parts.webDirectory);
  const listening = await listen(server, file.listen.httpHost, file.listen.http);
  if (!listening.ok) return listening;
  return ok({
    async close() {
      stop.abort();
      await server.close();
    },
  });
}

async function selfRoutes(server: FastifyInstance, { file, ledger, version, onError }: LedgerOnlyParts): Promise<void> {
  await jsonScope(server, onError, (scope) => {
    scope.route('GET', '/.well-known/careledger', async () =>
      ok({ public: 'Where a node’s interfaces are.', body: wellKnown(file, ledger, version) }),
    );
    scope.route('GET', '/healthz', async () => ok({ public: 'Whether the process lives.', body: { status: 'ok' } }));
    scope.route('GET', '/readyz', async () => {
      const why = notReady(await ledger.engine());
      const body = why === undefined ? { status: 'ready', height: ledger.head().height } : { status: 'not-ready', code: why.code, why: why.message };
      return ok({ public: 'Whether the node is ready.', body, status: why === undefined ? 200 : 503 });
    });
    scope.instance.get('/metrics', async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(await ledgerMetrics(ledger))),
    );
  });
  statusRoute(server, file.organisation.id, ledger);
}

function wellKnown({ network, organisation, url }: HomeFile, ledger: CometLedger, version: string): WellKnown {
  return {
    network,
    chainId: ledger.chainId,
    organisation,
    engine: 'cometbft',
    height: ledger.head().height,
    version,
    sandbox: false,
    interfaces: {
      explorer: `${url}/explorer/api`,
      ledger: `${url}/ledger/api`,
      health: `${url}/healthz`,
      ready: `${url}/readyz`,
      metrics: `${url}/metrics`,
      witness: `${url}/witness`,
      log: `${url}/log`,
    },
  };
}
