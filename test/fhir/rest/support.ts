/** A FHIR server for tests: real PostgreSQL, real HTTP, one organisation; no ledger (nothing here waits for an anchor). */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { accessPoint, type FactSource } from '../../../src/access/access-point.ts';
import { sandboxPolicy } from '../../../src/access/policy/sandbox.ts';
import { authenticator, issueToken, tokenKey, type TokenClaims } from '../../../src/access/tokens.ts';
import { unwrap } from '../../../src/base/result.ts';
import { createSearchIndex } from '../../../src/fhir/index/search-index.ts';
import type { FhirParts } from '../../../src/fhir/interactions/call.ts';
import { fhirRoutes } from '../../../src/gateway/fhir/routes.ts';
import { openRecords, type Records } from '../../../src/records/open.ts';
import { openCluster } from '../../../src/store/postgres-cluster.ts';
import { rootKeyFromBytes } from '../../../src/vault/root-key.ts';

export const ORGANISATION = 'city-hospital';

export interface TestServer {
  readonly base: string;
  readonly records: Records;
  token(claims: TokenClaims): Promise<string>;
  client(token: string): FhirClient;
  close(): Promise<void>;
}

export interface FhirAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Loose;
}

/** Tests look into answers freely. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

/** What is said when the answer is not 200; undefined when it is. */
export const problemOf = (answer: FhirAnswer): string | undefined => (answer.status === 200 ? undefined : `${answer.status} ${answer.text}`);

export type FhirClient = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<FhirAnswer>;

export interface TestServerOptions {
  readonly port?: number;
  readonly directory?: string;
  readonly rootKey?: Uint8Array;
  readonly bundleLimit?: number;
  readonly resourceLimit?: number;
  /** Serves the copies of this organisation, too. */
  readonly copiesOf?: string;
  readonly shares?: FactSource['shares'];
}

export async function startFhir(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'careledger-fhir-'));
  const cluster = unwrap(await openCluster({ directory: join(directory, 'postgres'), logDirectory: join(directory, 'logs') }));
  const url = unwrap(await cluster.createDatabase('careledger_city_hospital'));
  const records = unwrap(
    await openRecords({ organisation: ORGANISATION, rootKey: rootKeyFromBytes(options.rootKey ?? randomBytes(32)), database: url }),
  );
  const key = await tokenKey(ORGANISATION, randomBytes(32));
  const now = (): number => Date.now();
  const access = accessPoint({
    organisation: ORGANISATION,
    policy: sandboxPolicy,
    authenticate: authenticator(key),
    writer: records.writer,
    facts: {
      member: async () => 'active',
      ledgerAge: () => 0,
      shares: options.shares ?? (async () => []),
      denies: async () => [],
      nameOf: async (id) => id,
    },
    now,
  });
  const app = fastify({ routerOptions: { maxParamLength: 1000 } });
  // The port is known only after listening; the base is read at each call.
  const parts = {
    organisation: ORGANISATION,
    organisationName: 'City Hospital',
    space: 'own',
    base: '',
    version: 'test',
    access,
    reader: records.reader,
    writer: records.writer,
    now,
  };
  const bases: string[] = [];
  const whole: FhirParts = {
    ...parts,
    index: createSearchIndex({ ownBases: bases, now }),
    get base() {
      return bases[0] ?? '';
    },
  };
  await fhirRoutes(app, {
    basePath: '/fhir',
    parts: whole,
    ...(options.bundleLimit === undefined ? {} : { bundleLimit: options.bundleLimit }),
    ...(options.resourceLimit === undefined ? {} : { resourceLimit: options.resourceLimit }),
  });
  const custodian = options.copiesOf;
  if (custodian !== undefined) {
    const copies: FhirParts = {
      ...parts,
      space: custodian,
      index: createSearchIndex({ ownBases: [], now }),
      get base() {
        return bases[0]!.replace('/fhir', `/shared/${custodian}/fhir`);
      },
    };
    await fhirRoutes(app, { basePath: `/shared/${custodian}/fhir`, parts: copies });
  }
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const address = app.server.address() as { port: number };
  bases.push(`http://127.0.0.1:${address.port}/fhir`);
  const base = bases[0]!;
  return {
    base,
    records,
    token: async (claims) => unwrap(await issueToken(key, claims, now())),
    client:
      (token) =>
      async (method, path, body, headers = {}) => {
        const response = await fetch(path.startsWith('http') ? path : `${base}${path === '' || path.startsWith('?') ? '' : '/'}${path}`, {
          method,
          headers: {
            ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
      },
    async close() {
      await app.close();
      await records.close();
      await cluster.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
