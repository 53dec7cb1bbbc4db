/** The frozen vectors of `test/vectors/light`: blocks of a real CometBFT network and lies about them, judged as any light client has to. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generated, judgeStep, judgeWay, type LightVectors } from '../../vectors/light/generate.ts';

const { blocks, steps, ways } = JSON.parse(readFileSync(new URL('../../vectors/light/light-blocks.json', import.meta.url), 'utf8')) as LightVectors;

describe('light-blocks.json', () => {
  it.for(steps)('$name: $expected.verdict', (vector) => {
    expect(judgeStep(blocks, vector)).toEqual(vector.expected);
  });

  it.for(ways)('$name: $expected.verdict', async (vector) => {
    expect(await judgeWay(blocks, vector)).toEqual(vector.expected);
  });

  it('has a vector for the failure of every single step', () => {
    const alone = steps.flatMap(({ expected }) => (expected?.failed.length === 1 ? expected.failed : []));
    expect(new Set(alone)).toEqual(new Set(['form', 'chain', 'fresh', 'order', 'clock', 'succession', 'commit']));
    expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
  });

  it('is frozen: the same blocks and keys still make the same vectors', async () => {
    expect(JSON.parse(JSON.stringify(await generated()))).toEqual({ blocks, steps, ways });
  });
});
