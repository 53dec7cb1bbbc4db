/** One finding, ready to become an issue of an OperationOutcome. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  /** FHIR issue-type: `structure`, `required`, `value`, `invariant`, `code-invalid`, … */
  readonly code: 'structure' | 'required' | 'value' | 'invariant' | 'code-invalid' | 'invalid' | 'too-long' | 'not-found' | 'extension';
  /** FHIRPath of the element: `Observation.component[1].valueQuantity`. */
  readonly path: string;
  readonly message: string;
  /** Key of a constraint: `obs-7`. */
  readonly constraint?: string;
}
