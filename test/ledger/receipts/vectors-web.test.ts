/** The vectors again, with the implementations that a browser gets. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { judge, type Vector } from '../../vectors/receipts/generate.ts';
import { judge as judgeAttested, type Kind, type Vector as AttestedVector } from '../../vectors/attestation/generate.ts';
import * as sha256Used from '#sha256';
import * as ed25519Used from '#ed25519';
import * as sha256Web from '../../../src/base/sha256.web.ts';
import * as ed25519Web from '../../../src/base/ed25519.web.ts';

vi.mock('#sha256', async () => await import('../../../src/base/sha256.web.ts'));
vi.mock('#ed25519', async () => await import('../../../src/base/ed25519.web.ts'));

describe('in the browser', () => {
  it('has the browser’s implementations in place', () => {
    expect(sha256Used.sha256).toBe(sha256Web.sha256);
    expect(ed25519Used.ed25519Verify).toBe(ed25519Web.ed25519Verify);
  });

  it('entry-receipts.json', () => {
    const vectors = JSON.parse(readFileSync(new URL('../../vectors/receipts/entry-receipts.json', import.meta.url), 'utf8')) as readonly Vector[];
    for (const vector of vectors) expect(judge(vector), vector.name).toEqual(vector.expected);
  });

  it.for(['trust-bundles', 'ledger-receipts'] satisfies Kind[])('%s.json', (kind) => {
    const file = new URL(`../../vectors/attestation/${kind}.json`, import.meta.url);
    for (const vector of JSON.parse(readFileSync(file, 'utf8')) as readonly AttestedVector[])
      expect(JSON.parse(JSON.stringify(judgeAttested(kind, vector))), vector.name).toEqual(vector.expected);
  });
});
