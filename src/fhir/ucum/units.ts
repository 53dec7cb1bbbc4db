/** UCUM units in their base form, so that quantities in different units of one dimension can be compared. */
import { createRequire } from 'node:module';

export const ucumSystem = 'http://unitsofmeasure.org';

export interface CanonicalUnit {
  /** The dimension: equal for all units that can be converted into each other. */
  readonly dimension: string;
  /** A number in the unit as a number in the dimension's base unit. */
  readonly toBase: (value: number) => number;
}

interface UcumUnit {
  readonly magnitude_: number;
  readonly dim_: { readonly dimVec_: readonly number[] | null } | null;
  readonly cnv_: string | null;
  readonly isArbitrary_: boolean;
  readonly moleExp_: number;
  convertFrom(value: number, from: UcumUnit): number;
}

interface UcumLibrary {
  getSpecifiedUnit(code: string, valConv: 'validate'): { readonly unit: UcumUnit | null };
}

const maxKept = 5000;
const maxCodeLength = 100;
const kept = new Map<string, CanonicalUnit | undefined>();
let library: UcumLibrary | undefined;

/** Loaded on first use: 13 MB and 25 ms that a server without quantities does not need. */
function load(): UcumLibrary {
  library ??= (createRequire(import.meta.url)('@lhncbc/ucum-lhc') as { UcumLhcUtils: { getInstance(): UcumLibrary } }).UcumLhcUtils.getInstance();
  return library;
}

function resolve(code: string): CanonicalUnit | undefined {
  let unit: UcumUnit | null;
  try {
    ({ unit } = load().getSpecifiedUnit(code, 'validate'));
  } catch {
    return undefined;
  }
  const vector = unit?.dim_?.dimVec_;
  // Arbitrary units (international units and the like) cannot be converted: they compare by code alone.
  if (!unit || !vector || unit.isArbitrary_) return undefined;
  const dimension = `${vector.join(',')};${unit.moleExp_}`;
  if (!unit.cnv_) {
    const magnitude = unit.magnitude_;
    return { dimension, toBase: (value) => value * magnitude };
  }
  // Of the units with a scale of their own (pH, decibel, …) only temperatures have a common base here.
  if (unit.cnv_ !== 'Cel' && unit.cnv_ !== 'degF' && unit.cnv_ !== 'degRe') return undefined;
  const kelvin = load().getSpecifiedUnit('K', 'validate').unit!;
  return { dimension, toBase: (value) => kelvin.convertFrom(value, unit) };
}

/** Undefined: not a UCUM unit, or one that cannot be converted. */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  if (kept.has(code)) return kept.get(code);
  const unit = code.length > maxCodeLength ? undefined : resolve(code);
  if (kept.size < maxKept) kept.set(code, unit);
  return unit;
}
