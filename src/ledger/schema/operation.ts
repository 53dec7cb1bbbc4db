/** An operation is a map of the fields of its schema and `op`, the schema's name: `<module>.<action>`. */
import { code, type ChoiceField, type Fields, type ValuesOf } from './fields.ts';

export interface OperationSchema<N extends string = string, F extends Fields = Fields> {
  readonly name: N;
  readonly module: string;
  readonly action: string;
  /** One sentence for people. */
  readonly about: string;
  readonly fields: F & { readonly op: ChoiceField<N> };
}

/** The value that a schema describes. */
export type OperationOf<S extends OperationSchema> =
  S extends OperationSchema<infer N, infer F> ? Omit<ValuesOf<F>, 'op'> & { readonly op: N } : never;

export function defineOperation<const N extends `${string}.${string}`, F extends Fields>(name: N, about: string, fields: F): OperationSchema<N, F> {
  const [module, action] = name.split('.') as [string, string];
  return { name, module, action, about, fields: { op: code([name], 'The operation: module and action.'), ...fields } };
}
