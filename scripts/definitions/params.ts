import type { CompactParam, CompactShape, SearchParamType } from '../../src/fhir/definitions/model.ts';
import { staticTypes } from './static-types.ts';
import type { SourceParam, Sources } from './sources.ts';

/** Splits at `|` outside parentheses and strings. */
function unionArms(expression: string): string[] {
  const arms: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i <= expression.length; i++) {
    const character = expression[i];
    if (character === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (i === expression.length || (character === '|' && depth === 0)) {
      arms.push(expression.slice(start, i).trim());
      start = i + 1;
    }
  }
  return arms;
}

/** The part of an expression for several types that speaks of this one. */
function pathFor(type: string, expression: string): string | undefined {
  const arms = unionArms(expression).filter((arm) => new RegExp(`^\\(*${type}(?![A-Za-z0-9_])`).test(arm));
  return arms.length ? arms.join(' | ') : undefined;
}

const patientArm = (path: string): RegExpExecArray | null => /^([A-Za-z.]+)\.where\(resolve\(\) is ([A-Za-z]+)\)$/.exec(path);

export type TypeParams = Record<string, CompactParam>;

export function compileParams(
  sources: Sources,
  resources: readonly string[],
  shapes: Readonly<Record<string, CompactShape>>,
): Record<string, TypeParams> {
  const result: Record<string, TypeParams> = {};
  const codeOf = new Map(sources.params.map((param) => [param.url, param.code]));
  const known = new Set([...resources, 'Resource', 'DomainResource']);
  for (const param of sources.params) {
    for (const type of param.base) {
      if (known.has(type)) (result[type] ??= {})[param.code] = one(param, type, resources, shapes, codeOf);
    }
  }
  for (const params of Object.values(result)) relate(params);
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function one(
  param: SourceParam,
  type: string,
  resources: readonly string[],
  shapes: Readonly<Record<string, CompactShape>>,
  codeOf: ReadonlyMap<string, string>,
): CompactParam {
  const kind = param.type as SearchParamType;
  if (kind === 'composite') {
    const components = (param.component ?? []).map(({ definition, expression }) => [codeOf.get(definition) ?? '', expression] as const);
    return { type: kind, path: pathFor(type, param.expression ?? '') ?? type, components };
  }
  const path = param.expression && pathFor(type, param.expression);
  if (!path) return { type: kind };
  const found = staticTypes(path, type, shapes);
  const targets = param.target?.filter((target) => resources.includes(target));
  const flags = `${found.single ? 's' : ''}${found.required ? 'r' : ''}${kind === 'token' && found.types.length > 0 && found.types.every((t) => t === 'code') ? 'c' : ''}`;
  return {
    type: kind,
    path,
    elements: found.types,
    ...(flags ? { flags } : {}),
    ...(flags.endsWith('c') && found.bindings.length === 1 && found.bindings[0]! >= 0 ? { binding: found.bindings[0]! } : {}),
    // Every type: said by leaving the list out.
    ...(kind === 'reference' && targets && targets.length < resources.length - 5 ? { targets } : {}),
  };
}

/** Parameters that say what others say already need no terms of their own. */
function relate(params: TypeParams): void {
  const byPath = new Map(Object.entries(params).map(([code, param]) => [param.path, code]));
  for (const [code, param] of Object.entries(params)) {
    if (!param.path || param.type === 'composite') continue;
    if (param.type === 'reference') {
      const arm = patientArm(param.path);
      const other = arm && byPath.get(arm[1]!);
      if (other && params[other]!.type === 'reference') params[code] = { ...param, alias: [other, arm[2]!] };
      continue;
    }
    const arms = unionArms(param.path);
    if (arms.length < 2) continue;
    // Arms can be spread over several parameters: take those whose arms are all among ours.
    const parts = Object.entries(params).filter(
      ([name, part]) =>
        name !== code && part.type === param.type && part.path && !part.union && unionArms(part.path).every((arm) => arms.includes(arm)),
    );
    const covered = new Set(parts.flatMap(([, part]) => unionArms(part.path!)));
    if (arms.every((arm) => covered.has(arm))) params[code] = { ...param, union: parts.map(([name]) => name) };
  }
}
