/** Constraints of the base definitions, compiled on first use. Some are known by heart: see `native`. */
import { definitions } from '../definitions/definitions.ts';
import { compileFhirPath } from '../fhirpath/compile.ts';
import type { Compiled } from '../fhirpath/functions.ts';

export interface Constraint {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  readonly holds: Compiled;
}

/** Checked in the validator's own code: `htmlChecks()` is no FHIRPath, and local references are looked up once. */
const native: ReadonlySet<string> = new Set(['txt-1', 'txt-2', 'ref-1', 'dom-3']);

const compiled = new Map<number, Constraint | undefined>();

/** Undefined: nothing to evaluate. */
export function constraint(index: number): Constraint | undefined {
  if (compiled.has(index)) return compiled.get(index);
  const [key, severity, expression, human] = definitions.constraint(index);
  // Best-practice rules (dom-6) are warnings: they are not evaluated, a server has nobody to tell.
  const one = native.has(key) || severity !== 'error' ? undefined : { key, severity, human, holds: compileFhirPath(expression) };
  compiled.set(index, one);
  return one;
}
