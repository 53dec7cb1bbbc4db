/**
 * Scopes in the syntax of SMART App Launch 2 (`patient/Observation.rs`, `user/*.cruds`, `system/*.cruds`); the version 1 words
 * `read`, `write` and `*` are understood. Scopes with search parameters are refused, not widened.
 */
export type Verb = 'c' | 'r' | 'u' | 'd' | 's';

export interface Scope {
  readonly context: 'patient' | 'user' | 'system';
  /** A resource type, or `*`. */
  readonly type: string;
  readonly verbs: string;
}

const SYNTAX = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?|read|write|\*)$/;
const WORDS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Undefined when the text is not a scope this node understands. */
export function parseScope(text: string): Scope | undefined {
  const parts = SYNTAX.exec(text);
  if (!parts || parts[3] === '') return undefined;
  const [, context, type, verbs] = parts as unknown as [string, Scope['context'], string, string];
  return { context, type, verbs: WORDS[verbs] ?? verbs };
}

/** Whether the scopes cover a verb on a type; `undefined` asks for every type at once. */
export const covers = (scopes: readonly Scope[], verb: Verb, type: string | undefined): boolean =>
  scopes.some((scope) => scope.verbs.includes(verb) && (scope.type === '*' || scope.type === type));

/** The types a verb is allowed on: `all`, or the list. */
export function typesFor(scopes: readonly Scope[], verb: Verb): 'all' | readonly string[] {
  const types = new Set(scopes.filter((scope) => scope.verbs.includes(verb)).map((scope) => scope.type));
  return types.has('*') ? 'all' : [...types];
}
