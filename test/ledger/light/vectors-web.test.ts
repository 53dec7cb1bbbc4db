/** The same vectors with the implementations that a browser gets. */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { judgeStep, judgeWay, type LightVectors } from '../../vectors/light/generate.ts';
import * as ed25519Used from '#ed25519';
import * as ed25519Web from '../../../src/base/ed25519.web.ts';

vi.mock('#sha256', async () => await import('../../../src/base/sha256.web.ts'));
vi.mock('#ed25519', async () => await import('../../../src/base/ed25519.web.ts'));

it('light-blocks.json', async () => {
  expect(ed25519Used.ed25519Verify).toBe(ed25519Web.ed25519Verify);
  const text = readFileSync(new URL('../../vectors/light/light-blocks.json', import.meta.url), 'utf8');
  const { blocks, steps, ways } = JSON.parse(text) as LightVectors;
  for (const vector of steps) expect(judgeStep(blocks, vector), vector.name).toEqual(vector.expected);
  for (const vector of ways) expect(await judgeWay(blocks, vector), vector.name).toEqual(vector.expected);
});
