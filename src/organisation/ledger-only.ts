/** What an organisation serves that runs the ledger alone: where things are, how it is, the explorer, and the pages that verify. */
import type { FastifyInstance } from 'fastify';
import { ok, type Result } from '../base/result.ts';
import type { WellKnown } from '../contract/network.ts';
import type { OperatorStatus } from '../contract/operator.ts';
import type { CometLedger } from '../engine/cometbft/comet-ledger.ts';
import { blockIndex } from '../gateway/explorer/block-index.ts';
import { explorerRoutes } from '../gateway/explorer/routes.ts';
import { jsonScope } from '../gateway/json-scope.ts';
import { metricsRoute } from '../gateway/node/metrics-route.ts';
import { operatorMetrics } from '../gateway/operator/metrics.ts';
import { operatorStatus, type NodeFacts } from '../gateway/operator/status.ts';
import { logRoutes, witnessRoutes } from '../gateway/witness/routes.ts';
import { memberDirectory } from '../network/directory.ts';
import { serveStaticFiles } from '../node/static-files.ts';
import { openHttpSide, type HttpFront } from '../node/serve-http.ts';
import { notReady } from '../node/not-ready.ts';
import { openWitnessing } from '../node/witnessing.ts';
import type { Checkpoints } from '../witness/checkpoints.ts';
import { memberLogKeys, startOrganisationCheckpoints } from './checkpoints.ts';
import type { HomeFile } from './home-file.ts';
import { organisationRoutes } from './organisation-routes.ts';
import type { NodeKeys } from './organisation-seeds.ts';

export interface LedgerOnlyParts {
  readonly file: HomeFile;
  /** How its HTTP is reached from elsewhere. */
  readonly front?: HttpFront | undefined;
  readonly keys: NodeKeys;
  readonly ledger: CometLedger;
  /** Folder of the organisation. */
  readonly home: string;
  /** What this node's witness has seen. */
  readonly witnessDirectory: string;
  readonly webDirectory: string;
  readonly version: string;
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
}

export interface Served {
  /** Base URL for programs on this machine. */
  readonly localUrl: string;
  close(): Promise<void>;
}

/** `node.port-in-use`, `node.tls-*`, `witness.state-damaged`. */
export async function serveLedgerOnly(parts: LedgerOnlyParts): Promise<Result<Served>> {
  const { file, keys, ledger, now, onError } = parts;
  const stop = new AbortController();
  /** Made once this node listens: the others ask its witness as it asks theirs. */
  const log: { checkpoints?: Checkpoints } = {};
  const witnessing = await openWitnessing(
    { directory: parts.witnessDirectory, logKeys: memberLogKeys(ledger), checkpoints: () => log.checkpoints },
    ledger,
    keys.keys,
    now,
  );
  const { url, listen } = file;
  const hosts = [listen.httpHost, new URL(url).hostname];
  const side = await openHttpSide({ front: parts.front, url, allowedOrigins: [], connectTo: [], hosts, onError, now });
  if (!side.ok) return side;
  const { server } = side.value;
  const directory = memberDirectory(ledger);
  const index = blockIndex(ledger, stop.signal, onError);
  const status = operatorStatus({ ledger, directory, index, witnesses: witnessing.view, node: () => nodeFacts(parts), now });
  await explorerRoutes(server, {
    ledger,
    directory,
    index,
    witnesses: witnessing.view,
    signal: stop.signal,
    onError,
  });
  await witnessRoutes(server, witnessing.witness);
  logRoutes(server, ledger, () => log.checkpoints);
  await organisationRoutes(server, parts);
  await selfRoutes(server, parts, status);
  await serveStaticFiles(server, parts.webDirectory);
  const listening = await side.value.listen(listen.httpHost, listen.http);
  if (!listening.ok) return listening;
  const { home } = parts;
  const { peers } = file;
  const started = await startOrganisationCheckpoints({ home, ledger, keys: keys.keys, peers, now, onError, signal: stop.signal });
  if (!started.ok) {
    await side.value.close();
    return started;
  }
  log.checkpoints = started.value;
  return ok({
    localUrl: listening.value,
    async close() {
      await started.value.close();
      stop.abort();
      await side.value.close();
    },
  });
}

async function selfRoutes(
  server: FastifyInstance,
  { file, ledger, version, onError }: LedgerOnlyParts,
  status: () => Promise<OperatorStatus>,
): Promise<void> {
  await jsonScope(server, onError, (scope) => {
    scope.route('GET', '/.well-known/careledger', async () =>
      ok({ public: 'Where a node’s interfaces are.', body: wellKnown(file, ledger, version) }),
    );
    scope.route('GET', '/healthz', async () => ok({ public: 'Whether the process lives.', body: { status: 'ok' } }));
    scope.route('GET', '/readyz', async () => {
      const why = await notReady(ledger);
      const body = why === undefined ? { status: 'ready', height: ledger.head().height } : { status: 'not-ready', code: why.code, why: why.message };
      return ok({ public: 'Whether the node is ready.', body, status: why === undefined ? 200 : 503 });
    });
    metricsRoute(scope.instance, async () => operatorMetrics(await status()));
  });
}

/** Where only the ledger runs there are no records to check and no log to anchor. */
const nodeFacts = ({ file, version }: LedgerOnlyParts): NodeFacts => ({
  organisation: { id: file.organisation.id, name: file.organisation.name },
  version,
  anchoring: { intervalMs: 0, last: null, problem: null },
  stored: { holds: null, findings: 0, finished: null },
});

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
