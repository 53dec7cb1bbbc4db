/** Errors as values: a coded error that carries its data, and the result type that carries it. */

/** What went wrong, for a machine (`code`), a person (`message`) and the next step (`hint`). Plain data: serialisable as it is. */
export interface CodedError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: CodedError };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (error: CodedError): { readonly ok: false; readonly error: CodedError } => ({ ok: false, error });

/** Carries a coded error through code that can only throw (a promise chain, a callback of a library). */
export class CodedException extends Error implements CodedError {
  readonly code: string;
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;

  constructor(error: CodedError, options?: ErrorOptions) {
    super(error.message, options);
    this.name = 'CodedException';
    this.code = error.code;
    if (error.hint !== undefined) this.hint = error.hint;
    if (error.data !== undefined) this.data = error.data;
  }
}

/** The error as plain data: of an exception without its stack. */
export const plainError = ({ code, message, hint, data }: CodedError): CodedError => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
  ...(data === undefined ? {} : { data }),
});

/** The value, or the error thrown. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new CodedException(result.error);
}
