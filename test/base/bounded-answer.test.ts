import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyUpTo, jsonUpTo } from '../../src/base/bounded-answer.ts';

const PART = Buffer.alloc(1024, 0x20);
let sent = 0;
/** Never ends, and says nothing of its length. */
function endless(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && sent < 512 << 20) {
      sent += PART.length;
      if (!response.write(PART)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}
const server = createServer((request, response) => (request.url === '/endless' ? endless(response) : response.end('{"a":[1]}')));
const at = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);

beforeAll(async () => void (await once(server.listen(0, '127.0.0.1'), 'listening')));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('what is within the limit is read whole', async () => {
  expect((await bodyUpTo(await at('/'), 9)).length).toBe(9);
  expect(await jsonUpTo(await at('/'), 9)).toEqual({ a: [1] });
  await expect(bodyUpTo(await at('/'), 8)).rejects.toThrow('longer than 8 bytes');
});

test('an answer without end is not read to it', async () => {
  await expect(jsonUpTo(await at('/endless'), 100_000)).rejects.toThrow('longer than 100000 bytes');
  expect(sent).toBeLessThan(64 << 20);
});
