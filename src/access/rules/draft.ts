/** What the rules have settled so far, and what one rule may answer. A rule permits, denies, limits what was permitted, or passes. */
import type { Facts } from '../facts.ts';
import type { accessErrors } from '../errors.ts';
import type { Basis } from '../policy/model.ts';
import type { AccessRequest } from '../request.ts';

export interface Permit {
  readonly rule: string;
  readonly basis: Basis;
  readonly patients: 'all' | readonly string[];
  /** Undefined: every type. */
  readonly types: readonly string[] | undefined;
  readonly includeSensitive: boolean;
  readonly grantId?: string;
}

export interface Draft {
  readonly permit: Permit | undefined;
  readonly withoutLabels: readonly string[];
  readonly onlyTypes: readonly string[] | undefined;
  readonly exception: string | undefined;
  readonly obligations: readonly string[];
}

export const emptyDraft: Draft = { permit: undefined, withoutLabels: [], onlyTypes: undefined, exception: undefined, obligations: [] };

export type Verdict =
  | { readonly outcome: 'permits' | 'limits'; readonly words: string; readonly draft: Draft }
  | { readonly outcome: 'passes'; readonly words: string }
  | { readonly outcome: 'denies'; readonly words: string; readonly code: keyof typeof accessErrors & string };

export type Rule = (request: AccessRequest, facts: Facts, draft: Draft) => Verdict;

export const passes = (words: string): Verdict => ({ outcome: 'passes', words });
export const denies = (code: keyof typeof accessErrors & string, words: string): Verdict => ({ outcome: 'denies', code, words });
export const limits = (draft: Draft, words: string): Verdict => ({ outcome: 'limits', draft, words });
export const permits = (draft: Draft, words: string): Verdict => ({ outcome: 'permits', draft, words });

/** Whether the request is for records in another organisation's custody. */
export const isAcross = (request: AccessRequest, facts: Facts): boolean => request.custodian !== facts.principal.organisation;

/** Both lists' common types; undefined stands for every type. */
export function bothTypes(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a.filter((type) => b.includes(type));
}
