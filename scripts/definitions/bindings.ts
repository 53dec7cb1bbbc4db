import type { CompactBinding } from '../../src/fhir/definitions/model.ts';
import type { SourceConcept, SourceInclude, SourceValueSet, Sources } from './sources.ts';

const allCodes = (concepts: readonly SourceConcept[]): string[] => concepts.flatMap((concept) => [concept.code, ...allCodes(concept.concept ?? [])]);

/** Expands the value sets of required bindings; those that name a code system without content (BCP 13, ISO 4217, UCUM) are left open. */
export class Bindings {
  readonly list: CompactBinding[] = [];
  readonly open = new Set<string>();
  private readonly index = new Map<string, number>();
  private readonly valueSets = new Map<string, SourceValueSet>();
  private readonly codeSystems = new Map<string, SourceValueSet>();

  constructor(sources: Sources) {
    for (const resource of sources.terminology) {
      if (resource.resourceType === 'ValueSet') this.valueSets.set(resource.url, resource);
      if (resource.resourceType === 'CodeSystem') this.codeSystems.set(resource.url, resource);
    }
  }

  /** Index of the binding, or -1 for one that is not a closed list. */
  add(canonical: string): number {
    const url = canonical.split('|')[0]!;
    const known = this.index.get(url);
    if (known !== undefined) return known;
    const codes = this.expand(url, 0);
    if (!codes) {
      this.open.add(url);
      this.index.set(url, -1);
      return -1;
    }
    this.index.set(url, this.list.length);
    this.list.push([url, [...codes].map(([system, set]) => [system, [...set].join(' ')] as const)]);
    return this.list.length - 1;
  }

  private expand(url: string, depth: number): Map<string, Set<string>> | undefined {
    const valueSet = this.valueSets.get(url.split('|')[0]!);
    if (!valueSet?.compose?.include || depth > 5) return undefined;
    const result = new Map<string, Set<string>>();
    for (const include of valueSet.compose.include) {
      const part = this.include(include, depth);
      if (!part) return undefined;
      for (const [system, codes] of part) result.set(system, new Set([...(result.get(system) ?? []), ...codes]));
    }
    for (const exclude of valueSet.compose.exclude ?? []) {
      const part = this.include(exclude, depth);
      if (!part) return undefined;
      for (const [system, codes] of part) for (const code of codes) result.get(system)?.delete(code);
    }
    return [...result.values()].some((codes) => codes.size > 0) ? result : undefined;
  }

  private include(include: SourceInclude, depth: number): Map<string, Set<string>> | undefined {
    if (include.filter) return undefined;
    if (include.valueSet && !include.system) {
      const result = new Map<string, Set<string>>();
      for (const url of include.valueSet) {
        const part = this.expand(url, depth + 1);
        if (!part) return undefined;
        for (const [system, codes] of part) result.set(system, new Set([...(result.get(system) ?? []), ...codes]));
      }
      return result;
    }
    const system = include.system ?? '';
    if (include.concept) return new Map([[system, new Set(allCodes(include.concept))]]);
    const codeSystem = this.codeSystems.get(system);
    if (!codeSystem?.concept || codeSystem.content === 'not-present') return undefined;
    return new Map([[system, new Set(allCodes(codeSystem.concept))]]);
  }
}
