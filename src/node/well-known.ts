/** Where a node's interfaces are, and whether it lives. */
import type { FastifyInstance } from 'fastify';
import type { WellKnown } from '../contract/network.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { NodeConfig } from './config.ts';

export function wellKnownRoutes(server: FastifyInstance, config: NodeConfig, ledger: LedgerClient): void {
  const { url } = config;
  server.get(
    '/.well-known/careledger',
    (): WellKnown => ({
      network: config.network,
      chainId: ledger.chainId,
      organisation: config.organisation,
      engine: 'embedded',
      height: ledger.head().height,
      version: config.version,
      sandbox: config.sandbox,
      interfaces: {
        fhir: `${url}/fhir`,
        smart: `${url}/fhir/.well-known/smart-configuration`,
        portal: `${url}/portal/api`,
        explorer: `${url}/explorer/api`,
        node: `${url}/node/api`,
        health: `${url}/healthz`,
        ready: `${url}/readyz`,
        metrics: `${url}/metrics`,
      },
    }),
  );
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', () => ({ status: 'ready', height: ledger.head().height }));
}
