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

export async function serveStaticFiles(server: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(join(directory, 'index.html'))) {
    server.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send('The web portal is not built. Run "npm run build", then reload.\n'));
    return;
  }
  await server.register(fastifyStatic, {
    root: directory,
    preCompressed: true,
    // The routes are made at start: what is not in the build never reaches the disk.
    wildcard: false,
    index: ['index.html'],
    globIgnore: ['**/*.{br,gz}', '**/.sources'],
    cacheControl: false,
    setHeaders: (response, path) => {
      void response.header('cache-control', path.includes(`${join(directory, 'assets')}`) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  server.setNotFoundHandler((request, reply) => {
    const page = (request.method === 'GET' || request.method === 'HEAD') && !INTERFACES.test(request.url) && (request.headers.accept ?? '').includes('text/html');
    if (page) return reply.sendFile('index.html');
    return sendProblem(reply, codedError(gatewayErrors, 'gateway.not-found'));
  });
}
