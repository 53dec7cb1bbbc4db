/** Who asks. Made only by `authenticate` (a token of this organisation) or by the node-to-node channel (a signed request of a peer). */
import type { Scope } from './scopes.ts';

const roles = ['patient', 'clinician', 'privacy-officer', 'operator', 'system'] as const;
export type Role = (typeof roles)[number];

/** Why they ask; the codes are HL7 v3 PurposeOfUse where one exists. */
export const purposes = {
  treatment: { code: 'TREAT', words: 'Treatment' },
  'second-opinion': { code: 'TREAT', words: 'A second opinion' },
  'patient-request': { code: 'PATRQT', words: 'At the patient’s own request' },
  payment: { code: 'HPAYMT', words: 'Payment' },
  operations: { code: 'HOPERAT', words: 'Running the organisation' },
  'privacy-review': { code: 'HCOMPL', words: 'Checking that privacy rules are kept' },
  research: { code: 'HRESCH', words: 'Research' },
  'public-health': { code: 'PUBHLTH', words: 'Public health' },
} as const;
export type Purpose = keyof typeof purposes;

export const isPurpose = (text: unknown): text is Purpose => typeof text === 'string' && Object.hasOwn(purposes, text);
export const isRole = (text: unknown): text is Role => (roles as readonly unknown[]).includes(text);

export interface Principal {
  /** Stable within the organisation. */
  readonly id: string;
  readonly kind: 'person' | 'machine';
  readonly name: string;
  readonly role: Role;
  /** Id of the organisation on whose behalf they act. */
  readonly organisation: string;
  /** Role `patient`: the id of their Patient record, without `Patient/`. */
  readonly patient?: string;
  readonly purpose: Purpose;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970. */
  readonly expires: number;
}
