/** What the parser must know about the search parameters of FHIR; made from the compiled definitions. */
export type SearchParameterType = 'number' | 'date' | 'string' | 'token' | 'reference' | 'quantity' | 'uri' | 'composite' | 'special';

export interface SearchParameter {
  readonly code: string;
  readonly type: SearchParameterType;
  /** Types a reference may lead to; empty for the other parameter types. */
  readonly targets: readonly string[];
}

export interface SearchParameters {
  /** In alphabetical order. */
  readonly resourceTypes: readonly string[];
  isResourceType(type: string): boolean;
  find(type: string, code: string): SearchParameter | undefined;
  all(type: string): readonly SearchParameter[];
}
