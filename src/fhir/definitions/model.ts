/** The compact form of the base FHIR R4 definitions, as `scripts/build-definitions.ts` writes it to `r4.generated.json`. */

export type SearchParamType = 'number' | 'date' | 'string' | 'token' | 'reference' | 'composite' | 'quantity' | 'uri' | 'special';

/**
 * One element: name (choice elements without `[x]`), minimum, maximum (-1: no limit), types separated by `|` (empty: the backbone
 * shape `<shape>.<name>`; `#<shape>`: contentReference; a trailing `[x]` on the name marks a choice), index of the required binding
 * or -1, reference targets separated by spaces (empty: any), indexes of constraints.
 */
export type CompactElement = readonly [
  name: string,
  min: number,
  max: number,
  types: string,
  binding: number,
  targets: string,
  constraints: readonly number[],
];

export interface CompactShape {
  /** Shape whose elements this one has too. */
  readonly b?: string;
  /** Constraints on the whole. */
  readonly k?: readonly number[];
  readonly e: readonly CompactElement[];
}

/** Codes of a required binding: per system the codes, separated by spaces. */
export type CompactBinding = readonly [url: string, groups: readonly (readonly [system: string, codes: string])[]];

export type CompactConstraint = readonly [key: string, severity: 'error' | 'warning', expression: string, human: string];

export interface CompactParam {
  readonly type: SearchParamType;
  /** FHIRPath for this resource type; absent for `_text`, `_content` and the like. */
  readonly path?: string;
  /** Types of the elements that the path leads to. */
  readonly elements?: readonly string[];
  /** `s`: at most one element; `r`: always present; `c`: only primitive codes with one implied system. */
  readonly flags?: string;
  /** Of the flag `c`: the binding that implies the system. */
  readonly binding?: number;
  readonly targets?: readonly string[];
  /** The same elements as another parameter, limited to references of one type: `subject` and `Patient` for `patient`. */
  readonly alias?: readonly [param: string, target: string];
  /** The union of other parameters of the type: `code` and `component-code` for `combo-code`. */
  readonly union?: readonly string[];
  readonly components?: readonly (readonly [param: string, path: string])[];
}

export interface CompactDefinitions {
  readonly fhirVersion: string;
  readonly constraints: readonly CompactConstraint[];
  readonly bindings: readonly CompactBinding[];
  /** Resource types, abstract ones left out. */
  readonly resources: readonly string[];
  readonly shapes: Readonly<Record<string, CompactShape>>;
  /** Per resource type; `Resource` and `DomainResource` hold those of all types. */
  readonly params: Readonly<Record<string, Readonly<Record<string, CompactParam>>>>;
  /** Search parameters by which a resource is in a patient's compartment. */
  readonly patientCompartment: Readonly<Record<string, readonly string[]>>;
}
