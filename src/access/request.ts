/** What is asked of the decision point. */
import type { Purpose } from './principal.ts';
import type { Verb } from './scopes.ts';

/**
 * Every kind of thing that can be asked. `verb` is what a scope must carry (undefined: no scope, the role decides); `on` the type it
 * must carry it for, when the request itself names none. `across`: may be asked of another organisation's record.
 */
export const actions = {
  read: { verb: 'r', across: true },
  search: { verb: 's', across: true },
  history: { verb: 'r', across: true },
  export: { verb: 'r', across: true },
  /** A receipt, or the bytes that it commits to. */
  prove: { verb: 'r', across: true },
  create: { verb: 'c', across: false },
  update: { verb: 'u', across: false },
  delete: { verb: 'd', across: false },
  'see-accesses': { verb: 'r', on: 'AuditEvent', across: false },
  'see-shares': { verb: 'r', on: 'Consent', across: false },
  'change-shares': { verb: 'u', on: 'Consent', across: false },
  'ask-access': { verb: 'c', on: 'Consent', across: false },
  'see-node': { verb: undefined, across: false },
  verify: { verb: undefined, across: false },
  heal: { verb: undefined, across: false },
  /** Making a copy unreadable because its custodian says that the share no longer covers it. */
  withdraw: { verb: undefined, across: false },
} as const satisfies Readonly<Record<string, { readonly verb: Verb | undefined; readonly on?: string; readonly across: boolean }>>;
export type Action = keyof typeof actions;

export interface AccessRequest {
  readonly action: Action;
  /** Resource types named by the request; empty: any type (system history, `$everything`): then the scopes narrow the answer. */
  readonly types: readonly string[];
  /** Organisation in whose custody the records are: the node's own id, or the custodian of a synchronised copy. */
  readonly custodian: string;
  /** Set when the request is about one patient (id without `Patient/`). */
  readonly patient?: string;
  /** Default: the principal's. */
  readonly purpose?: Purpose;
}
