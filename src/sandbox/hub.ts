/** The hub: where a person meets the network. Who is in it, whom to walk in as, attacks to try; the portal's pages. */
import type { FastifyInstance } from 'fastify';
import { issueToken, type TokenKey } from '../access/tokens.ts';
import { toHex } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import type { Result } from '../base/result.ts';
import type { NetworkOverview, Session, WellKnown } from '../contract/network.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { sendProblem } from '../node/problem.ts';
import { attacks, isAttackName, type AttackName } from './attacks.ts';
import { sandboxErrors } from './errors.ts';
import type { SandboxOrganisation } from './organisations.ts';
import type { SandboxPersona } from './personas.ts';

/** What the hub knows of a node. */
export interface HubNode {
  readonly organisation: SandboxOrganisation;
  readonly url: string;
  readonly tokenKey: TokenKey;
  overview(): Promise<NetworkOverview['organisations'][number]>;
}

export interface HubParts {
  readonly version: string;
  readonly engine: WellKnown['engine'];
  readonly url: () => string;
  readonly ledger: LedgerClient;
  readonly nodes: readonly HubNode[];
  readonly personas: readonly SandboxPersona[];
  /** What the attack did, in a sentence. */
  readonly attack: (name: AttackName, organisation: string) => Promise<Result<string>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const NETWORK = 'Careledger sandbox';
const SESSION_SECONDS = 12 * 3600;

const bodyOf = (request: { readonly body: unknown }): Readonly<Record<string, unknown>> =>
  typeof request.body === 'object' && request.body !== null ? (request.body as Record<string, unknown>) : {};

export function hubRoutes(server: FastifyInstance, parts: HubParts): void {
  const { ledger, nodes, personas } = parts;

  server.get('/.well-known/careledger', (): WellKnown => {
    const url = parts.url();
    return {
      network: NETWORK,
      chainId: ledger.chainId,
      organisation: null,
      engine: parts.engine,
      height: ledger.head().height,
      version: parts.version,
      sandbox: true,
      interfaces: { portal: `${url}/`, explorer: `${url}/explorer`, hub: `${url}/hub/api`, health: `${url}/healthz`, ready: `${url}/readyz` },
      organisations: nodes.map((node) => ({ ...node.organisation, url: node.url })),
    };
  });

  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', () => ({ status: 'ready', height: ledger.head().height }));

  server.get('/hub/api/network', async (): Promise<NetworkOverview> => {
    const { height, time, appHash } = ledger.head();
    const organisations = await Promise.all(nodes.map((node) => node.overview()));
    return { network: NETWORK, head: { height, time: new Date(time).toISOString(), appHash: toHex(appHash) }, organisations };
  });

  server.get('/hub/api/personas', () => ({ personas: personas.map(({ persona }) => persona) }));

  server.post('/hub/api/sessions', async (request, reply): Promise<Session | void> => {
    const { personaId } = bodyOf(request);
    const found = personas.find(({ persona }) => persona.id === personaId);
    const node = found && nodes.find(({ organisation }) => organisation.id === found.persona.organisation.id);
    if (!found || !node) return sendProblem(reply, codedError(sandboxErrors, 'sandbox.no-persona'));
    const now = parts.now();
    const token = await issueToken(node.tokenKey, { ...found.claims, lifetimeSeconds: SESSION_SECONDS }, now);
    if (!token.ok) return sendProblem(reply, token.error);
    return {
      token: token.value,
      expires: new Date(now + SESSION_SECONDS * 1000).toISOString(),
      persona: found.persona,
      url: node.url,
      start: found.start,
    };
  });

  server.get('/hub/api/attacks', () => ({ attacks }));

  server.post('/hub/api/attacks', async (request, reply) => {
    // A page of another origin cannot send JSON without asking first, and is then refused: nobody attacks by a link.
    if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
      return sendProblem(reply, codedError(gatewayErrors, 'gateway.media-type'));
    const { name, organisationId } = bodyOf(request);
    if (!isAttackName(name)) return sendProblem(reply, codedError(sandboxErrors, 'sandbox.no-attack'));
    if (!nodes.some(({ organisation }) => organisation.id === organisationId))
      return sendProblem(reply, codedError(sandboxErrors, 'sandbox.no-organisation'));
    const done = await parts.attack(name, organisationId as string);
    return done.ok ? { name, organisationId, did: done.value } : sendProblem(reply, done.error);
  });
}
