import fastify from 'fastify';
import { expect, test } from 'vitest';
import { ok } from '../../src/base/result.ts';
import { jsonScope } from '../../src/gateway/json-scope.ts';

test('an answer that was not released does not leave', async () => {
  const app = fastify();
  const errors: unknown[] = [];
  await jsonScope(
    app,
    (cause) => errors.push(cause),
    (scope) => {
      scope.route('GET', '/leak', async () => ok({ name: 'Ana' } as never));
      scope.route('GET', '/forged', async () => ok(Object.create((await import('../../src/access/release.ts')).Released.prototype) as never));
      scope.route('GET', '/open', async () => ok({ public: 'test', body: { fine: true } }));
      scope.route('GET', '/broken', async () => {
        throw new Error('Ana is in the message');
      });
    },
  );
  for (const url of ['/leak', '/forged']) {
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('gateway.not-released');
    expect(answer.body).not.toContain('Ana');
  }
  expect((await app.inject({ url: '/open' })).json()).toEqual({ fine: true });
  const broken = await app.inject({ url: '/broken' });
  expect([broken.statusCode, broken.json().code, broken.body.includes('Ana')]).toEqual([500, 'gateway.internal', false]);
  expect(errors).toHaveLength(1);
});
