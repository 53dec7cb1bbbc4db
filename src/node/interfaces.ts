/** Everything a node serves over HTTP, registered on its server. */
import type { FastifyInstance } from 'fastify';
import { ok } from '../base/result.ts';
import type { WellKnown } from '../contract/network.ts';
import { createSearchIndex } from '../fhir/index/search-index.ts';
import type { BlockIndex } from '../gateway/explorer/block-index.ts';
import { explorerRoutes } from '../gateway/explorer/routes.ts';
import { fhirRoutes } from '../gateway/fhir/routes.ts';
import { nodeRoutes } from '../gateway/node/routes.ts';
import { operatorMetrics } from '../gateway/operator/metrics.ts';
import { operatorRoutes } from '../gateway/operator/routes.ts';
import { operatorStatus } from '../gateway/operator/status.ts';
import { portalRoutes } from '../gateway/portal/routes.ts';
import { logRoutes, witnessRoutes } from '../gateway/witness/routes.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Directory } from '../network/directory.ts';
import type { Records } from '../records/open.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { NodeConfig } from './config.ts';
import { importRoutes } from './import-marks.ts';
import { nodeFacts, nodeMetrics } from './metrics.ts';
import { notReady } from './not-ready.ts';
import { receiptPageRoutes } from './receipt-pages.ts';
import { receiptRoutes } from './receipts.ts';
import type { SelfCheck } from './self-check.ts';
import type { Witnessing } from './witnessing.ts';
import { takeReportRoute } from './take-report.ts';
import { serveStaticFiles } from './static-files.ts';

export interface InterfaceParts {
  readonly config: NodeConfig;
  readonly ledger: LedgerClient;
  readonly blocks: BlockIndex;
  readonly directory: Directory;
  readonly records: Records;
  readonly sharing: Sharing;
  readonly check: SelfCheck;
  readonly witnessing: Witnessing;
  readonly signal: AbortSignal;
}

export async function serveInterfaces(server: FastifyInstance, parts: InterfaceParts): Promise<void> {
  const { config, ledger, blocks, directory, records, sharing, check, witnessing, signal } = parts;
  const { organisation, now, onError } = config;
  const { access } = sharing;
  const { reader, log } = records;
  await serveFhir(server, parts);
  const index = createSearchIndex({ ownBases: [`${config.url}/fhir`], now });
  await portalRoutes(server, { organisation, sharing, reader, log, directory, index, now, onError });
  await explorerRoutes(server, { ledger, directory, index: blocks, witnesses: witnessing.view, signal, onError });
  await witnessRoutes(server, witnessing.witness);
  logRoutes(server, ledger, witnessing.checkpoints);
  const status = operatorStatus({ ledger, directory, index: blocks, witnesses: witnessing.view, node: () => nodeFacts(parts), now });
  await operatorRoutes(server, { organisation: organisation.id, access, status, onError });
  await nodeRoutes(server, {
    organisation: organisation.id,
    access,
    wellKnown: () => wellKnown(config, ledger),
    notReady: async () => (await notReady(ledger)) ?? records.anchoring?.alarm(),
    metrics: async () => [...(await nodeMetrics(records, sharing)), ...operatorMetrics(await status())],
    verify: () => check.verify(),
    lastVerification: () => check.last(),
    heal: async () => ok(await check.heal()),
    onError,
  });
  const receipts = { organisation: organisation.id, access, reader, log, onError };
  await receiptRoutes(server, receipts);
  await receiptPageRoutes(server, receipts);
  importRoutes(server, { access, reader });
  takeReportRoute(server, access, check);
  await serveStaticFiles(server, config.webDirectory);
}

/** The organisation's own records at `/fhir`, and copies that others keep in sync here at `/shared/<organisation>/fhir`. */
async function serveFhir(server: FastifyInstance, { config, records, sharing }: InterfaceParts): Promise<void> {
  const { organisation, url, version, now } = config;
  const parts = { organisation: organisation.id, organisationName: organisation.name, version, reader: records.reader, writer: sharing.writer, now };
  const own = `${url}/fhir`;
  await fhirRoutes(server, {
    basePath: '/fhir',
    parts: { ...parts, space: 'own', base: own, access: sharing.access, index: createSearchIndex({ ownBases: [own], now }) },
  });
  for (const custodian of config.others) {
    const base = `${url}/shared/${custodian}/fhir`;
    const access = sharing.copyAccess(custodian);
    await fhirRoutes(server, {
      basePath: `/shared/${custodian}/fhir`,
      parts: { ...parts, space: custodian, base, access, index: createSearchIndex({ ownBases: [base], now }) },
    });
  }
}

function wellKnown(config: NodeConfig, ledger: LedgerClient): WellKnown {
  const { url } = config;
  return {
    network: config.network,
    chainId: ledger.chainId,
    organisation: config.organisation,
    engine: config.engine,
    height: ledger.head().height,
    version: config.version,
    sandbox: config.sandbox,
    interfaces: {
      fhir: `${url}/fhir`,
      portal: `${url}/portal/api`,
      explorer: `${url}/explorer/api`,
      node: `${url}/node/api`,
      operator: `${url}/operator/api`,
      health: `${url}/healthz`,
      ready: `${url}/readyz`,
      metrics: `${url}/metrics`,
      witness: `${url}/witness`,
      log: `${url}/log`,
    },
  };
}
