/** One organisation's node: opens its records, joins the network, serves its interfaces; closes in reverse. */
import { accessPoint } from '../access/access-point.ts';
import { sandboxPolicy } from '../access/policy/sandbox.ts';
import { authenticator, tokenKey, type TokenKey } from '../access/tokens.ts';
import { ok, type Result } from '../base/result.ts';
import { createSearchIndex } from '../fhir/index/search-index.ts';
import type { FhirParts } from '../fhir/interactions/call.ts';
import { fhirRoutes } from '../gateway/fhir/routes.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { memberDirectory } from '../network/directory.ts';
import { openRecords, type Records } from '../records/open.ts';
import { factSource } from '../sharing/facts.ts';
import { grantLedger } from '../sharing/grant-ledger.ts';
import { incomingBook } from '../sharing/incoming-book.ts';
import { shareBook } from '../sharing/share-book.ts';
import type { NodeConfig } from './config.ts';
import { createHttpServer, listen } from './http-server.ts';
import { importMarks, importRoutes } from './import-marks.ts';
import { serveStaticFiles } from './static-files.ts';
import { wellKnownRoutes } from './well-known.ts';
import { ed25519Sign } from '#ed25519';

export interface RunningNode {
  readonly config: NodeConfig;
  readonly records: Records;
  readonly tokenKey: TokenKey;
  close(): Promise<void>;
}

export async function startNode(config: NodeConfig, ledger: LedgerClient): Promise<Result<RunningNode>> {
  const { organisation, now } = config;
  const opened = await openRecords({ organisation: organisation.id, rootKey: config.rootKey, database: config.database });
  if (!opened.ok) return opened;
  const records = opened.value;
  const { keys, reader } = records;
  const marks = importMarks(records.writer, now);
  const writer = marks.writer;

  const directory = memberDirectory(ledger);
  const signer = { publicKey: keys.ledgerPublicKey, sign: (message: Uint8Array) => ed25519Sign(keys.ledgerSeed, message) };
  const grants = grantLedger(ledger, signer, (patient, grantId) => keys.derive('grant-control', `${patient}\u0000${grantId}`));
  const outgoing = shareBook(reader, grants);
  const incoming = incomingBook(reader, grants);
  const facts = factSource({ organisation: organisation.id, ledger, directory, outgoing, incoming, now });
  const key = await tokenKey(organisation.id, keys.tokenSeed);
  const access = accessPoint({ organisation: organisation.id, policy: sandboxPolicy, authenticate: authenticator(key), writer, facts, now });

  const server = createHttpServer({ allowedOrigins: config.allowedOrigins, connectTo: [] });
  marks.addTo(server);
  const base = `${config.url}/fhir`;
  const fhir: FhirParts = {
    organisation: organisation.id,
    organisationName: organisation.name,
    space: 'own',
    base,
    version: config.version,
    access,
    reader,
    writer,
    index: createSearchIndex({ ownBases: [base], now }),
    now,
  };
  await fhirRoutes(server, { basePath: '/fhir', parts: fhir });
  importRoutes(server, { access, reader });
  wellKnownRoutes(server, config, ledger);
  await serveStaticFiles(server, config.webDirectory);

  const close = async (): Promise<void> => {
    await server.close();
    await records.close();
  };
  const listening = await listen(server, config.host, config.port);
  if (!listening.ok) {
    await close();
    return listening;
  }
  return ok({ config, records, tokenKey: key, close });
}
