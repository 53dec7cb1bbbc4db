/** Policy is data: what an organisation and its network allow without asking the patient each time, with the legal basis of each rule. */
import type { Action } from '../request.ts';
import type { Purpose, Role } from '../principal.ts';

/** Why something is lawful: a code for machines, a sentence for the patient. */
export interface Basis {
  readonly code: string;
  readonly words: string;
}

export interface LocalRule {
  readonly id: string;
  readonly role: Role;
  readonly actions: readonly Action[];
  readonly purposes: readonly Purpose[];
  /** `own`: only the patient's own compartment. */
  readonly patients: 'all' | 'own';
  /** Undefined: every type. */
  readonly types?: readonly string[];
  readonly basis: Basis;
}

export interface StatuteLock {
  readonly id: string;
  readonly label: string;
  /** Roles that may see records with this label without a separate authorisation. */
  readonly exceptRoles: readonly Role[];
  readonly law: string;
}

export interface Policy {
  readonly id: string;
  readonly version: string;
  /** Per purpose: whether reading across organisations needs the patient's permit (`opt-in`) or goes until refused (`opt-out`). */
  readonly network: Readonly<Partial<Record<Purpose, { readonly default: 'opt-in' | 'opt-out'; readonly basis: Basis }>>>;
  /** What the organisation allows to its own people and machines. */
  readonly local: readonly LocalRule[];
  readonly statutes: readonly StatuteLock[];
  /** Labels withheld across organisations unless a share includes sensitive records. */
  readonly sensitiveLabels: readonly string[];
  /** Types outside patient compartments that go with any record (who wrote it, where). */
  readonly sharedTypes: readonly string[];
  /** Roles that may read another organisation's records at all. */
  readonly acrossRoles: readonly Role[];
  /** Basis of a release under a patient's share. */
  readonly shareBasis: Basis;
  /** Across organisations: how old the ledger may be, and for how long treatment goes on (flagged) when it is older. Milliseconds. */
  readonly ledgerAge: { readonly normal: number; readonly treatment: number };
}
