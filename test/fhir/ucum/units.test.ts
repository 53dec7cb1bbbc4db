import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalUnit } from '../../../src/fhir/ucum/units.ts';
import { corpus } from '../../support/corpora.ts';

const convert = (value: number, from: string, to: string): number | undefined => {
  const [source, target] = [canonicalUnit(from), canonicalUnit(to)];
  return source && target && source.dimension === target.dimension ? source.toBase(value) / target.toBase(1) : undefined;
};

describe('units', () => {
  test.each([
    [1000, 'mg', 'g', 1],
    [1, 'kg/m2', 'g/m2', 1000],
    [120, 'mm[Hg]', 'kPa', 15.99864],
    [5, 'mmol/L', 'umol/mL', 5],
    [10, '10*3/uL', '10*9/L', 10],
    [1, 'a', 'mo', 12],
  ])('%d %s in %s', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 8);
  });

  test('temperatures have offsets', () => {
    const celsius = canonicalUnit('Cel')!;
    const fahrenheit = canonicalUnit('[degF]')!;
    expect(celsius.dimension).toBe(fahrenheit.dimension);
    expect(celsius.toBase(37)).toBeCloseTo(fahrenheit.toBase(98.6), 9);
    expect(celsius.toBase(0)).toBeCloseTo(273.15, 9);
  });

  test('what cannot be converted is told apart', () => {
    for (const code of ['[iU]/L', '[pH]', 'bogus', '', 'm/', 'x'.repeat(500)])
      expect({ code, unit: canonicalUnit(code) }).toEqual({ code, unit: undefined });
    expect(canonicalUnit('mmol/L')?.dimension).not.toBe(canonicalUnit('/L')?.dimension);
    expect(canonicalUnit('mg')?.dimension).not.toBe(canonicalUnit('mL')?.dimension);
  });
});

const file = corpus('ucum/UcumFunctionalTests.xml');

describe.skipIf(!file)('the UCUM functional tests', () => {
  const cases = [
    ...(file ? readFileSync(file, 'utf8') : '').matchAll(
      /<case\s+id="([^"]*)"\s+value="([^"]*)"\s+srcUnit="([^"]*)"\s+dstUnit="([^"]*)"\s+outcome="([^"]*)"/g,
    ),
  ];

  test('conversions', () => {
    expect(cases.length).toBe(31);
    // Five outcomes are given with fewer digits than they have.
    const rounded = new Set(['3-113', '3-115', '3-118', '3-119', '3-130']);
    const wrong: string[] = [];
    for (const [, id, value, from, to, outcome] of cases) {
      const result = convert(Number(value), from!, to!) ?? Number.NaN;
      const tolerance = rounded.has(id!) ? 0.02 : 1e-4;
      if (!(Math.abs(result - Number(outcome)) <= Math.abs(Number(outcome)) * tolerance))
        wrong.push(`${id}: ${value} ${from} = ${result} ${to}, not ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });
});
