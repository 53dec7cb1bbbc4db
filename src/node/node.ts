/** One organisation's node: opens its records, joins the network, serves its interfaces; closes in reverse. */
import { ed25519Sign } from '#ed25519';
import type { AccessPoint } from '../access/access-point.ts';
import { sandboxPolicy } from '../access/policy/sandbox.ts';
import { authenticator, tokenKey, type TokenKey } from '../access/tokens.ts';
import { ok, type Result } from '../base/result.ts';
import { createSearchIndex } from '../fhir/index/search-index.ts';
import { fhirRoutes } from '../gateway/fhir/routes.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { openRecords, type Records } from '../records/open.ts';
import { createSharing, type Sharing } from '../sharing/sharing.ts';
import { openChannel } from './channel.ts';
import type { NodeConfig } from './config.ts';
import { extractor, referencesOf, subjectsIn } from './fhir-bridge.ts';
import { createHttpServer, listen } from './http-server.ts';
import { importMarks, importRoutes } from './import-marks.ts';
import { serveStaticFiles } from './static-files.ts';
import { wellKnownRoutes } from './well-known.ts';

export interface RunningNode {
  readonly config: NodeConfig;
  readonly records: Records;
  readonly sharing: Sharing;
  readonly tokenKey: TokenKey;
  /** Takes up what an earlier run left undone; call when all nodes of the network listen. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** What was opened, closed in reverse order. */
type Closers = (() => Promise<unknown> | void)[];

const closeAll = async (closers: Closers): Promise<void> => {
  while (closers.length > 0) await closers.pop()!();
};

export async function startNode(config: NodeConfig, ledger: LedgerClient): Promise<Result<RunningNode>> {
  const closers: Closers = [];
  try {
    const started = await start(config, ledger, closers);
    if (!started.ok) await closeAll(closers);
    return started;
  } catch (cause) {
    await closeAll(closers);
    throw cause;
  }
}

async function start(config: NodeConfig, ledger: LedgerClient, closers: Closers): Promise<Result<RunningNode>> {
  const { organisation, now } = config;
  const opened = await openRecords({ organisation: organisation.id, rootKey: config.rootKey, database: config.database, ledger, anchorIntervalMs: config.anchorIntervalMs });
  if (!opened.ok) return opened;
  const records = opened.value;
  closers.push(() => records.close());
  const { keys, reader } = records;

  const channel = openChannel(config, ledger, keys);
  closers.push(() => channel.client.close());
  const stop = new AbortController();
  closers.push(() => stop.abort());
  const marks = importMarks(records.writer, now);
  const base = `${config.url}/fhir`;
  const extract = extractor([base]);
  const key = await tokenKey(organisation.id, keys.tokenSeed);
  const sharing = createSharing({
    organisation: organisation.id,
    policy: sandboxPolicy,
    authenticate: authenticator(key),
    ledger,
    directory: channel.directory,
    channel: channel.client,
    reader,
    writer: marks.writer,
    log: records.log,
    hpke: keys.hpke,
    signer: { publicKey: keys.ledgerPublicKey, sign: (message) => ed25519Sign(keys.ledgerSeed, message) },
    controlSeed: (patient, grantId) => keys.derive('grant-control', `${patient}\u0000${grantId}`),
    extract,
    references: referencesOf(extract),
    subject: subjectsIn(reader),
    now,
    onError: config.onError,
    signal: stop.signal,
  });

  const server = createHttpServer({ allowedOrigins: config.allowedOrigins, connectTo: [], onError: config.onError });
  marks.addTo(server);
  await serveFhir(config, server, records, sharing);
  importRoutes(server, { access: sharing.access, reader });
  wellKnownRoutes(server, config, ledger);
  await serveStaticFiles(server, config.webDirectory);

  const channelServer = await channel.listen(sharing.methods);
  if (!channelServer.ok) return channelServer;
  closers.push(() => channelServer.value.close());
  closers.push(() => server.close());
  const listening = await listen(server, config.host, config.port);
  if (!listening.ok) return listening;
  return ok({ config, records, sharing, tokenKey: key, begin: () => sharing.start(), close: () => closeAll(closers) });
}

/** The organisation's own records at `/fhir`, and copies that others keep in sync here at `/shared/<organisation>/fhir`. */
async function serveFhir(config: NodeConfig, server: ReturnType<typeof createHttpServer>, records: Records, sharing: Sharing): Promise<void> {
  const { organisation, url, version, now } = config;
  const parts = { organisation: organisation.id, organisationName: organisation.name, version, reader: records.reader, writer: sharing.writer, now };
  const own = `${url}/fhir`;
  await fhirRoutes(server, { basePath: '/fhir', parts: { ...parts, space: 'own', base: own, access: sharing.access, index: createSearchIndex({ ownBases: [own], now }) } });
  for (const custodian of config.others) {
    const base = `${url}/shared/${custodian}/fhir`;
    const access = reporting(sharing, custodian);
    await fhirRoutes(server, { basePath: `/shared/${custodian}/fhir`, parts: { ...parts, space: custodian, base, access, index: createSearchIndex({ ownBases: [base], now }) } });
  }
}

/** The decision point for copies: what is released here is told to the custodian, so that the patient sees it there. */
const reporting = (sharing: Sharing, custodian: string): AccessPoint => ({
  ...sharing.access,
  async release(of) {
    const released = await sharing.access.release(of);
    sharing.reportTo(custodian);
    return released;
  },
});
