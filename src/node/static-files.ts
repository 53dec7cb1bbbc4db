/** The built portal: files with a content hash in their name are kept for ever, the page itself is asked for again each time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { codedError } from '../base/errors.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { sendProblem } from './problem.ts';

/** First segments that belong to interfaces, never to the portal's own addresses. */
const INTERFACES = /^\/(?:fhir|portal\/api|explorer\/api|node\/api|hub\/api|\.well-known|healthz|readyz|metrics|assets)(?:\/|$|\?)/;

/** Also answers what nothing else answers. */
export async function serveStaticFiles(server: FastifyInstance, directory: string): Promise<void> {
  const built = existsSync(join(directory, 'index.html'));
  if (built) {
    await server.register(fastifyStatic, {
      root: directory,
      preCompressed: true,
      // The routes are made at start: what is not in the build never reaches the disk.
      wildcard: false,
      index: ['index.html'],
      globIgnore: ['**/*.{br,gz}', '**/.sources'],
      cacheControl: false,
      setHeaders: (response, path) => {
        void response.header('cache-control', path.startsWith(join(directory, 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const page =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !INTERFACES.test(request.url) &&
      (request.headers.accept ?? '').includes('text/html');
    if (!page) return sendProblem(reply, codedError(gatewayErrors, 'gateway.not-found'));
    if (built) return reply.sendFile('index.html');
    return reply.type('text/plain; charset=utf-8').send('The web portal is not built. Run "npm run build", then start again.\n');
  });
}
