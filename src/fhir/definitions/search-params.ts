import { definitions } from './definitions.ts';
import type { CompactParam } from './model.ts';

export interface SearchParam extends CompactParam {
  /** Resource type it is used on. */
  readonly on: string;
  readonly code: string;
  /** At most one element carries its value. */
  readonly single: boolean;
  /** Some element always carries a value: `:missing` needs no term. */
  readonly required: boolean;
  /** Only `code` elements: the system is implied by the binding. */
  readonly codeOnly: boolean;
}

const byType = new Map<string, ReadonlyMap<string, SearchParam>>();

/** All search parameters of a resource type by code, those of Resource and DomainResource among them. Empty for an unknown type. */
export function searchParams(type: string): ReadonlyMap<string, SearchParam> {
  const known = byType.get(type);
  if (known) return known;
  if (!definitions.isResourceType(type)) return new Map();
  const all = {
    ...definitions.ownParams('Resource'),
    ...(definitions.shape(type)!.base === 'DomainResource' ? definitions.ownParams('DomainResource') : {}),
    ...definitions.ownParams(type),
  };
  const params = new Map<string, SearchParam>();
  for (const [code, param] of Object.entries(all)) {
    const flags = param.flags ?? '';
    params.set(code, { ...param, on: type, code, single: flags.includes('s'), required: flags.includes('r'), codeOnly: flags.includes('c') });
  }
  byType.set(type, params);
  return params;
}

export const searchParam = (type: string, code: string): SearchParam | undefined => searchParams(type).get(code);
