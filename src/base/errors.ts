/**
 * How a layer declares its errors: one object per layer (`src/<layer>/errors.ts`), each entry with the HTTP status it becomes at
 * the edge, a message and the next step. `docs/errors.md` is checked against these catalogues by a test.
 */
import type { CodedError } from './result.ts';

export interface ErrorDefinition {
  /** HTTP status at the gateway. */
  readonly status: number;
  /** FHIR `issue-type` code used when the error becomes an OperationOutcome. */
  readonly issue: string;
  readonly message: string;
  readonly hint: string;
}

export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

/** Every catalogue declared so far, by code: the edge looks the status up here. */
const declared = new Map<string, ErrorDefinition>();

export function defineErrors<const C extends ErrorCatalogue>(catalogue: C): C {
  for (const [code, definition] of Object.entries(catalogue)) {
    if (declared.has(code)) throw new Error(`error code declared twice: ${code}`);
    declared.set(code, definition);
  }
  return catalogue;
}

export const errorDefinition = (code: string): ErrorDefinition | undefined => declared.get(code);

export const declaredErrors = (): ReadonlyMap<string, ErrorDefinition> => declared;

/** An error of a catalogue; `message` replaces the general sentence by one that names the case at hand. */
export function codedError<C extends ErrorCatalogue>(
  catalogue: C,
  code: keyof C & string,
  details: { readonly message?: string; readonly hint?: string; readonly data?: Readonly<Record<string, unknown>> } = {},
): CodedError {
  const definition = catalogue[code]!;
  return {
    code,
    message: details.message ?? definition.message,
    hint: details.hint ?? definition.hint,
    ...(details.data === undefined ? {} : { data: details.data }),
  };
}
