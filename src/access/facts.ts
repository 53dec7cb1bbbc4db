/** Everything a decision may rest on, gathered before it: the decision itself looks nothing up. */
import type { Policy } from './policy/model.ts';
import type { Principal, Purpose } from './principal.ts';

export type MemberStatus = 'active' | 'suspended' | 'left' | 'unknown';

/** A share as the patient made it and as the ledger has it now. */
export interface ShareFact {
  /** 32 hexadecimal digits. */
  readonly grantId: string;
  readonly custodian: string;
  readonly patient: string;
  readonly grantee: string;
  readonly purpose: Purpose;
  /** Resource types; undefined: every type. */
  readonly types: readonly string[] | undefined;
  readonly includeSensitive: boolean;
  /** Milliseconds since 1970: when it was opened, and the first moment at which it no longer holds. */
  readonly since: number;
  readonly until: number;
  readonly closed: boolean;
}

/** A use that the patient has refused. */
export interface DenyFact {
  readonly patient: string;
  /** Undefined: everybody outside the custodian. */
  readonly grantee?: string;
  readonly purpose?: Purpose;
}

export interface Facts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Age of the newest ledger block known here, milliseconds. */
  readonly ledgerAge: number;
  readonly principal: Principal;
  readonly requester: MemberStatus;
  readonly custodian: MemberStatus;
  readonly shares: readonly ShareFact[];
  readonly denies: readonly DenyFact[];
  readonly policy: Policy;
}
