/** A node's portal for tests: requests without sockets. */
import fastify, { type FastifyInstance } from 'fastify';
import { issueToken, type TokenClaims } from '../../src/access/tokens.ts';
import { unwrap } from '../../src/base/result.ts';
import { createSearchIndex } from '../../src/fhir/index/search-index.ts';
import { portalRoutes } from '../../src/gateway/portal/routes.ts';
import type { TestNode } from '../sharing/network.ts';

export interface PortalNode {
  readonly app: FastifyInstance;
  token(claims: TokenClaims): Promise<string>;
  call(
    token: string | undefined,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly type: string; readonly body: ReturnType<typeof JSON.parse>; readonly bytes: Buffer }>;
}

export async function portalOf(node: TestNode): Promise<PortalNode> {
  const app = fastify();
  const member = (await node.directory.member(node.organisation))!;
  const now = () => Date.now();
  await portalRoutes(app, {
    organisation: { id: member.org, name: member.name, kind: member.kind },
    sharing: node.sharing,
    reader: node.records.reader,
    log: node.records.log,
    directory: node.directory,
    index: createSearchIndex({ ownBases: [], now }),
    now,
    onError: (cause) => console.error(cause),
  });
  return {
    app,
    token: async (claims) => unwrap(await issueToken(node.tokens, claims, Date.now())),
    async call(token, method, url, body) {
      const response = await app.inject({
        method,
        url,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      const type = String(response.headers['content-type'] ?? '');
      return { status: response.statusCode, type, body: type.includes('json') ? response.json() : undefined, bytes: response.rawPayload };
    },
  };
}
