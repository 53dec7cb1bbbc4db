/** The same vectors with the implementations that a browser gets. */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { judge, type Kind, type Vector } from '../../vectors/attestation/generate.ts';
import * as ed25519Used from '#ed25519';
import * as sha256Used from '#sha256';
import * as ed25519Web from '../../../src/base/ed25519.web.ts';
import * as sha256Web from '../../../src/base/sha256.web.ts';

vi.mock('#sha256', async () => await import('../../../src/base/sha256.web.ts'));
vi.mock('#ed25519', async () => await import('../../../src/base/ed25519.web.ts'));

const kinds: readonly Kind[] = ['ledger-receipts', 'transaction-receipts', 'state-receipts', 'trust-bundles', 'header-chains'];

it.for(kinds)('%s.json', { timeout: 60_000 }, (kind) => {
  expect(sha256Used.sha256).toBe(sha256Web.sha256);
  expect(ed25519Used.ed25519Verify).toBe(ed25519Web.ed25519Verify);
  const vectors = JSON.parse(readFileSync(new URL(`../../vectors/attestation/${kind}.json`, import.meta.url), 'utf8')) as readonly Vector[];
  for (const vector of vectors) expect(JSON.parse(JSON.stringify(judge(kind, vector))), vector.name).toEqual(vector.expected);
});
