/** JSON answers about the network itself; shared by gateway and portal. Times are ISO 8601 in UTC, hashes lower-case hex. */

export type OrganisationKind = 'hospital' | 'clinic' | 'insurer' | 'regulator' | 'pharmacy' | 'manufacturer' | 'sponsor';

/** `GET /.well-known/careledger` on every node and on the hub (the hub adds `organisations`). */
export interface WellKnown {
  readonly network: string;
  readonly chainId: string;
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: OrganisationKind } | null;
  readonly engine: 'embedded' | 'cometbft';
  readonly height: number;
  readonly version: string;
  readonly sandbox: boolean;
  /** Base URLs: `fhir`, `smart`, `portal`, `explorer`, `health`, `ready`, `metrics`, …; a hub has no `fhir`. */
  readonly interfaces: Readonly<Record<string, string>>;
  readonly organisations?: readonly { readonly id: string; readonly name: string; readonly kind: OrganisationKind; readonly url: string }[];
}

/** An error at every JSON interface but FHIR's (RFC 9457 problem details, `application/problem+json`). */
export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
}

export type Health = 'well' | 'attention' | 'harm';

/** `GET /hub/api/network` (hub only). */
export interface NetworkOverview {
  readonly network: string;
  readonly head: { readonly height: number; readonly time: string; readonly appHash: string };
  readonly organisations: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: OrganisationKind;
    readonly url: string;
    readonly patients: number;
    readonly records: number;
    readonly logSize: number;
    readonly lastAnchor: { readonly height: number; readonly number: number; readonly time: string } | null;
    readonly health: Health;
    /** In words: "All 12,402 entries verified 2 min ago", "A record was altered on disk". */
    readonly healthText: string;
  }[];
}

/** `GET /hub/api/personas` (sandbox): who one can walk in as. `POST /hub/api/sessions {personaId}` → `Session`. */
export interface Persona {
  readonly id: string;
  readonly name: string;
  readonly role: 'patient' | 'clinician' | 'privacy-officer' | 'operator';
  readonly organisation: { readonly id: string; readonly name: string };
  readonly about: string;
}

export interface Session {
  readonly token: string;
  readonly expires: string;
  readonly persona: Persona;
  /** Base URL of the node to talk to with the token. */
  readonly url: string;
  /** The path to open in the portal, e.g. `/patient`. */
  readonly start: string;
}

/** `POST /hub/api/attacks {name, organisationId}` (sandbox): performs a named attack; `GET /hub/api/attacks` lists them. */
export interface Attack {
  readonly name: string;
  readonly title: string;
  readonly does: string;
  readonly noticedBy: string;
}

/** One thing that did not hold, where, since when, and what can be done. */
export interface Finding {
  readonly code: string;
  readonly what: string;
  readonly where: string;
  /** FHIR reference with version (`Observation/1/_history/2`) when a record is meant. */
  readonly record?: string;
  readonly healable: boolean;
}

/** A verification returns a report, not a boolean. `POST /node/api/verify` (operator, privacy officer), `GET /node/api/verify` the last one. */
export interface VerificationReport {
  readonly organisation: string;
  readonly started: string;
  readonly finished: string;
  readonly holds: boolean;
  readonly checked: Readonly<Record<'entries' | 'versions' | 'events' | 'indexRows' | 'anchors' | 'blocks' | 'transactions' | (string & {}), number>>;
  readonly findings: readonly Finding[];
  /** What could not be checked, and why. */
  readonly unchecked: readonly string[];
}

/** `POST /node/api/heal` (operator): what was restored, from whom, and what could not be. */
export interface HealReport {
  readonly organisation: string;
  readonly healed: readonly { readonly what: string; readonly record?: string; readonly from: string; readonly proof: string }[];
  readonly failed: readonly { readonly what: string; readonly why: string }[];
  readonly after: VerificationReport;
}
