/** A node that begins at a snapshot is told by the members how the validators changed before: the first that follows from the genesis is kept. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readEarlierTrust } from '../../src/engine/cometbft/earlier-trust.ts';
import { encodeTrustBundle } from '../../src/ledger/attestation/trust-bundle.ts';
import { fetchTrust } from '../../src/organisation/fetch-trust.ts';
import { attestedLedger, changingSets } from '../support/attested.ts';
import { temporaryFolder } from '../support/ledger.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function member(bundle: Uint8Array | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const isAsked = request.url === '/explorer/api/trust' && bundle !== undefined;
    response.writeHead(isAsked ? 200 : 404).end(isAsked ? bundle : 'no');
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ledger = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 8 });
const other = attestedLedger({ chainId: 'other-net', attester: changingSets, blocks: 8 });
const forged = encodeTrustBundle({ genesis: ledger.genesisBytes, changes: ledger.changes.slice(1), previous: null });
const { signal } = new AbortController();

test('members that give none, or one that does not hold, are passed over', async () => {
  using folder = temporaryFolder();
  const liars = await Promise.all([member(undefined), member(forged), member(other.bundle()), member(new Uint8Array(0))]);
  expect(await fetchTrust(folder.path, ledger.genesis, liars, signal)).toBe(false);
  expect(await readEarlierTrust(folder.path, ledger.genesis)).toBeUndefined();
  expect(await fetchTrust(folder.path, ledger.genesis, [...liars, await member(ledger.bundle())], signal)).toBe(true);
  expect(encodeTrustBundle((await readEarlierTrust(folder.path, ledger.genesis))!)).toEqual(ledger.bundle());
});
