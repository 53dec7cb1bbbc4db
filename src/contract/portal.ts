/**
 * JSON of the portal API: `GET|POST /portal/api/...` on an organisation's node, with a bearer token. Times are ISO 8601 in UTC.
 * Words are for people: names, never ids, never hashes; codes come beside them.
 */
import type { OrganisationKind } from './network.ts';

export interface OrganisationRef {
  readonly id: string;
  readonly name: string;
  readonly kind: OrganisationKind;
}

export interface Coded {
  readonly text: string;
  readonly code?: string;
  readonly system?: string;
}

/** `GET /portal/api/me` */
export interface Me {
  readonly role: 'patient' | 'clinician' | 'privacy-officer' | 'operator' | 'system';
  readonly name: string;
  readonly organisation: OrganisationRef;
  /** Patients only. */
  readonly patientId?: string;
  readonly counts?: { readonly shares: number; readonly requests: number; readonly accessesThisMonth: number };
}

/**
 * Every fact that can be proven carries this. The portal shows *claimed by the server* until the browser has checked the receipt.
 * `GET receiptUrl` → `application/cbor` (404 `records.not-anchored` until anchored); `GET contentUrl` → the exact bytes committed to.
 */
export interface Proof {
  readonly receiptUrl: string;
  readonly contentUrl: string;
  readonly organisation: OrganisationRef;
  /** False until the next anchor. */
  readonly anchored: boolean;
}

export type TimelineKind = 'visit' | 'result' | 'diagnosis' | 'medication' | 'procedure' | 'immunization' | 'allergy' | 'document' | 'plan' | 'other';

export interface TimelineItem {
  /** FHIR reference with version, e.g. `Observation/abc/_history/1`. */
  readonly ref: string;
  readonly kind: TimelineKind;
  readonly when: string;
  readonly title: string;
  readonly code?: Coded;
  /** One plain sentence, e.g. "6.1 %, above the reference range of 4.0–5.6 %". */
  readonly detail?: string;
  readonly value?: { readonly text: string; readonly number?: number; readonly unit?: string; readonly low?: number; readonly high?: number };
  /** Earlier values of the same measurement, oldest first (results with numbers only). */
  readonly trend?: readonly { readonly when: string; readonly number: number }[];
  readonly author: { readonly name?: string; readonly organisation: OrganisationRef };
  /** The visit it belongs to. */
  readonly visit?: string;
  readonly proof: Proof;
}

/** `GET /portal/api/patients/:id/timeline?kind=&from=&to=&q=&after=&limit=` (patient: own id; clinician: a patient of this organisation). */
export interface Timeline {
  readonly items: readonly TimelineItem[];
  readonly next: string | null;
  readonly total: number;
}

/** `GET /portal/api/patients/:id` */
export interface PatientBanner {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string;
  readonly age: number;
  readonly gender: string;
  readonly identifiers: readonly { readonly label: string; readonly value: string }[];
  readonly allergies: readonly { readonly text: string; readonly severity?: string; readonly proof: Proof }[];
  readonly conditions: readonly { readonly text: string; readonly since?: string; readonly proof: Proof }[];
  readonly medications: readonly { readonly text: string; readonly since?: string; readonly proof: Proof }[];
  /** Where this record is held: this organisation, or a synchronised copy of another one's. */
  readonly custodian: OrganisationRef;
  /** Consent state in words, e.g. "Shared with you until 3 March 2027". */
  readonly consent: string;
  /** When this is a copy: the share it rests on, and whether the last update arrived. */
  readonly copy?: { readonly grantId: string; readonly until: string; readonly active: boolean; readonly lastSync: string };
}

/** `GET /portal/api/patients?q=` (clinician): patients of this organisation and those shared with it; nobody else is ever hinted at. */
export interface PatientList {
  readonly patients: readonly {
    readonly id: string;
    readonly name: string;
    readonly birthDate: string;
    readonly gender: string;
    readonly custodian: OrganisationRef;
    readonly shared: boolean;
  }[];
}

/** `GET /portal/api/patients/:id/accesses?after=&from=&to=` newest first. */
export interface Access {
  readonly sequence: number;
  readonly when: string;
  readonly who: { readonly kind: 'person' | 'machine'; readonly name: string; readonly role: string };
  /** On whose behalf. */
  readonly organisation: OrganisationRef;
  /** What was done, in words: "Read your whole record", "Looked up 3 laboratory results". */
  readonly what: string;
  /** In words: "Treatment". */
  readonly purpose: string;
  /** Why they could, in words: "You shared your record with them on 3 May 2026". */
  readonly basis: string;
  readonly outcome: 'released' | 'refused';
  readonly refusal?: string;
  readonly proof: Proof;
}

export interface Accesses {
  readonly accesses: readonly Access[];
  readonly next: string | null;
}

export const shareCategories = ['everything', 'results', 'medications', 'diagnoses', 'visits', 'immunizations', 'documents'] as const;
export type ShareCategory = (typeof shareCategories)[number];
export type SharePurpose = 'treatment' | 'second-opinion';

/** `POST /portal/api/patients/:id/shares`; `PUT …/shares/:grantId` narrows or prolongs it with the same body. */
export interface ShareRequest {
  readonly organisationId: string;
  readonly purpose: SharePurpose;
  readonly categories: readonly ShareCategory[];
  /** Sensitive records (mental health, substance use, sexual health) are left out unless asked for. */
  readonly includeSensitive: boolean;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string;
  /** The access request that this answers, if any. */
  readonly requestId?: string;
}

/** `POST /portal/api/patients/:id/shares/preview` with a `ShareRequest`: what exactly they would see. */
export interface SharePreview {
  readonly sentence: string;
  readonly counts: readonly { readonly kind: TimelineKind; readonly count: number }[];
  readonly withheld: number;
  readonly examples: readonly { readonly title: string; readonly when: string; readonly kind: TimelineKind }[];
}

/** `GET /portal/api/patients/:id/shares` → `{ shares: Share[] }` */
export interface Share {
  readonly grantId: string;
  /** "Northside Clinic can read your whole record for treatment until 3 March 2027." */
  readonly sentence: string;
  readonly organisation: OrganisationRef;
  readonly purpose: SharePurpose;
  readonly categories: readonly ShareCategory[];
  readonly includeSensitive: boolean;
  readonly since: string;
  readonly until: string;
  readonly state: 'active' | 'stopped' | 'expired';
  /** When the stop took effect: time and ledger height. */
  readonly stopped?: { readonly time: string; readonly height: number };
  readonly opened: { readonly time: string; readonly height: number };
  readonly proof: Proof;
}

/** `DELETE /portal/api/patients/:id/shares/:grantId` → `Share` with state `stopped`. `GET /portal/api/organisations` → `{ organisations: OrganisationRef[] }`. */

/** `GET /portal/api/patients/:id/requests` → `{ requests: AccessRequest[] }`; `POST …/requests/:requestId/decline`. */
export interface AccessRequest {
  readonly requestId: string;
  readonly organisation: OrganisationRef;
  readonly clinician: string;
  readonly reason: string;
  readonly when: string;
  readonly state: 'open' | 'shared' | 'declined';
}

/** `POST /portal/api/access-requests` (clinician): asks another organisation for a patient who is in front of them. */
export interface AccessRequestBody {
  readonly organisationId: string;
  readonly family: string;
  readonly given: string;
  readonly birthDate: string;
  readonly reason: string;
}

/**
 * The answer is the same whether or not the other organisation knows the patient; if it does, the patient sees the request.
 * Answered with status 202; a read without a permitted basis is a 403 problem with code `access.no-basis` and the same words.
 */
export interface AccessRequestAnswer {
  readonly outcome: 'asked' | 'already-shared';
  readonly reason: string;
  readonly howToAsk: string;
  readonly patientId?: string;
}

/** `GET /portal/api/patients/:id/export` → FHIR Bundle of everything (patient). */
