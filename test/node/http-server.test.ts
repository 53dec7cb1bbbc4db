/** A server on somebody's own machine answers to that machine's names only: a page of another site can't reach it by a name of its own. */
import { describe, expect, test } from 'vitest';
import { createHttpServer, isKnownHost } from '../../src/node/http-server.ts';

describe('the Host header', () => {
  test.each(['127.0.0.1:8080', '127.0.0.1', 'localhost:8080', 'LOCALHOST', '[::1]:8080', 'hub.localhost:8080', '192.168.1.5:8080', 'ward-3:8080'])(
    '%s is known',
    (host) => {
      expect(isKnownHost(host, ['ward-3'])).toBe(true);
    },
  );

  test.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example:8080', 'x@localhost', '', 'ward-33'])(
    '"%s" is not',
    (host) => {
      expect(isKnownHost(host, ['ward-3'])).toBe(false);
    },
  );

  test('an unknown name gets nothing, of no route', async () => {
    const server = createHttpServer({ allowedOrigins: [], connectTo: [], hosts: ['127.0.0.1'], onError: () => undefined });
    let reached = 0;
    server.post('/sessions', () => ({ token: ++reached }));
    const call = (host: string) => server.inject({ method: 'POST', url: '/sessions', headers: { host } });
    expect((await call('localhost:8080')).statusCode).toBe(200);
    const refused = await call('evil.example:8080');
    expect([refused.statusCode, refused.json().code]).toEqual([421, 'node.unknown-host']);
    expect(reached).toBe(1);
    await server.close();
  });

  test('servers that are told no names take any', async () => {
    const server = createHttpServer({ allowedOrigins: [], connectTo: [], onError: () => undefined });
    server.get('/', () => ({}));
    expect((await server.inject({ url: '/', headers: { host: 'records.hospital.example' } })).statusCode).toBe(200);
    await server.close();
  });
});
