/**
 * The vocabulary in which every field of the ledger is described. A field has a kind (what its bytes look like) and a class (what it
 * may tell). Codecs, validation, the explorer and the test of invariant P1 all work from these descriptions: a field that is not
 * described can't be encoded.
 */

/**
 * What a field may tell a reader of the whole ledger:
 * `random` fresh random bytes · `commitment` hash blinded by random bytes, or a root over such · `key` public key · `counter` size,
 * height, version · `time` a point in time, no finer than the field says · `member` who a member organisation is, which members know of
 * one another · `proof` signature or hash path over the other classes · `code` one of a fixed, published set of words.
 */
export const fieldClasses = ['random', 'commitment', 'key', 'counter', 'time', 'member', 'proof', 'code'] as const;
export type FieldClass = (typeof fieldClasses)[number];

interface Classified<C extends FieldClass> {
  readonly class: C;
  /** For people: the explorer shows it. */
  readonly about: string;
}

/** A byte string of `min` to `max` bytes. */
export interface BytesField extends Classified<'random' | 'commitment' | 'key' | 'proof'> {
  readonly kind: 'bytes';
  readonly min: number;
  readonly max: number;
}

/** An integer from 0 to `max`. */
export interface IntegerField extends Classified<'counter' | 'time'> {
  readonly kind: 'integer';
  readonly max: number;
}

/** Text that may name a member organisation and nothing else: `pattern` holds for the whole of it, `max` is in UTF-16 units. */
export interface TextField extends Classified<'member'> {
  readonly kind: 'text';
  readonly pattern: RegExp;
  readonly max: number;
}

export interface ChoiceField<W extends string = string> extends Classified<'code' | 'member'> {
  readonly kind: 'choice';
  readonly of: readonly W[];
}

/** What a nested operation may be: a name, and fields that are classified as those of every operation. */
export interface NestedSchema {
  readonly name: string;
  readonly fields: Fields;
}

/** An operation within an operation: a map of the fields of one of these schemas. */
export interface OperationField<S extends NestedSchema = NestedSchema> extends Classified<'code'> {
  readonly kind: 'operation';
  readonly of: readonly S[];
}

export type Field = BytesField | IntegerField | TextField | ChoiceField | OperationField;
export type Fields = Readonly<Record<string, Field>>;

export type ValueOf<F extends Field> = F extends BytesField
  ? Uint8Array
  : F extends IntegerField
    ? number
    : F extends ChoiceField<infer W>
      ? W
      : F extends OperationField<infer S>
        ? NestedValue<S>
        : string;

type NestedValue<S extends NestedSchema> = S extends NestedSchema ? ValuesOf<S['fields']> : never;

export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export const random = (length: number, about: string): BytesField => ({ kind: 'bytes', class: 'random', min: length, max: length, about });
export const commitment = (about: string): BytesField => ({ kind: 'bytes', class: 'commitment', min: 32, max: 32, about });
export const ed25519Key = (about: string): BytesField => ({ kind: 'bytes', class: 'key', min: 32, max: 32, about });
/** A public key of another algorithm, as its own specification encodes it. */
export const publicKey = (min: number, max: number, about: string): BytesField => ({ kind: 'bytes', class: 'key', min, max, about });
export const signature = (about: string): BytesField => ({ kind: 'bytes', class: 'proof', min: 64, max: 64, about });
export const counter = (about: string): IntegerField => ({ kind: 'integer', class: 'counter', max: Number.MAX_SAFE_INTEGER, about });
/** Days since 1970-01-01 UTC, up to the year 2999. */
export const day = (about: string): IntegerField => ({ kind: 'integer', class: 'time', max: 376_200, about });
export const milliseconds = (about: string): IntegerField => ({ kind: 'integer', class: 'time', max: Number.MAX_SAFE_INTEGER, about });
export const memberText = (pattern: RegExp, max: number, about: string): TextField => ({ kind: 'text', class: 'member', pattern, max, about });
export const memberChoice = <const W extends string>(of: readonly W[], about: string): ChoiceField<W> => ({
  kind: 'choice',
  class: 'member',
  of,
  about,
});
export const code = <const W extends string>(of: readonly W[], about: string): ChoiceField<W> => ({ kind: 'choice', class: 'code', of, about });

/** One level only. Throws a `TypeError` on other schemas. */
export function operationField<const S extends NestedSchema>(of: readonly S[], about: string): OperationField<S> {
  const unfit = of.find(({ fields }) => Object.values(fields).some(({ kind }) => kind === 'operation'));
  if (unfit) throw new TypeError(`${unfit.name} can't be within another operation`);
  return { kind: 'operation', class: 'code', of, about };
}

/** Why a value is not one of the field; undefined when it is. */
export function fieldProblem(field: Field, value: unknown): string | undefined {
  switch (field.kind) {
    case 'bytes':
      if (!(value instanceof Uint8Array)) return 'is not a byte string';
      return value.length < field.min || value.length > field.max ? `has ${value.length} bytes` : undefined;
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= field.max
        ? undefined
        : `is not an integer from 0 to ${field.max}`;
    case 'text':
      if (typeof value !== 'string') return 'is not text';
      return value.length > field.max || !field.pattern.test(value)
        ? `is not of the form ${field.pattern.source}, at most ${field.max} characters`
        : undefined;
    case 'operation':
      return nestedProblem(field, value);
    case 'choice':
      return typeof value === 'string' && field.of.includes(value) ? undefined : `is not one of ${field.of.join(', ')}`;
  }
}

function nestedProblem({ of }: OperationField, value: unknown): string | undefined {
  const name: unknown = (value as { readonly op?: unknown } | null | undefined)?.op;
  const schema = of.find((one) => one.name === name);
  return schema ? prefixed(schema.name, fieldsProblem(schema.fields, value)) : 'is not an operation that may stand there';
}

const prefixed = (name: string, problem: string | undefined): string | undefined => (problem === undefined ? undefined : `as ${name}: ${problem}`);

/** Why an object is not exactly these fields; undefined when it is. Names nothing of the value but field names. */
export function fieldsProblem(fields: Fields, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return 'is not a map';
  for (const name in fields) {
    if (!Object.hasOwn(value, name)) return `lacks the field ${name}`;
    const problem = fieldProblem(fields[name]!, (value as Record<string, unknown>)[name]);
    if (problem !== undefined) return `field ${name} ${problem}`;
  }
  for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) return `has a field outside its schema: ${name}`;
  return undefined;
}
