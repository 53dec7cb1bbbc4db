/**
 * Audit events: what a patient reads under "Who looked" and what an auditor counts. One event per request and patient touched, one
 * without a patient when there was none. Content is JSON (UTF-8); terms find it by patient, actor, grant and day.
 */
import { utf8 } from '../base/bytes.ts';
import type { EventDraft } from '../records/model.ts';
import type { Decision } from './decision.ts';
import { purposes, type Principal, type Purpose } from './principal.ts';
import type { AccessRequest, Action } from './request.ts';
import { actionInWords } from './words.ts';

/** What was touched for one patient. */
export interface Touched {
  /** Undefined: records that concern no patient. */
  readonly patient: string | undefined;
  /** Number of records by type. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface AuditFacts {
  readonly request: AccessRequest;
  readonly principal: Principal;
  readonly decision: Decision;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly organisationName: string;
  /** The interface it came through: `fhir`, `portal`, `network`, `node`. */
  readonly through: string;
  readonly touched: readonly Touched[];
  /** Overrides the sentence, e.g. "Read your whole record". */
  readonly what?: string;
}

/** The content of an audit event, version 1. */
export interface AuditContent {
  readonly v: 1;
  readonly action: Action;
  readonly time: string;
  readonly patient?: string;
  /** Organisation in whose custody the records are. */
  readonly custodian: string;
  readonly who: { readonly id: string; readonly kind: 'person' | 'machine'; readonly name: string; readonly role: string };
  readonly organisation: { readonly id: string; readonly name: string };
  readonly what: { readonly words: string; readonly counts: Readonly<Record<string, number>> };
  readonly purpose: { readonly code: string; readonly id: Purpose; readonly words: string };
  readonly basis: { readonly code: string; readonly words: string; readonly rule: string };
  readonly outcome: 'released' | 'refused';
  readonly refusal?: { readonly code: string; readonly words: string };
  readonly exception?: string;
  readonly grant?: string;
  readonly through: string;
  readonly rules: Readonly<Record<string, string>>;
  /** Set by the custodian when another organisation reported an access to its copy. */
  readonly reportedBy?: string;
}

const MAX_TEXT = 500;
const MAX_TYPES = 40;

/** The term under which a patient's events are found; patients of a synchronised copy are named with their custodian. */
export const patientTerm = (organisation: string, custodian: string, patient: string): string =>
  `patient\u0000${custodian === organisation ? patient : `${custodian}/${patient}`}`;
export const actorTerm = (principal: string): string => `actor\u0000${principal}`;
export const dayTerm = (time: number): string => `day\u0000${new Date(time).toISOString().slice(0, 10)}`;
const grantTerm = (grantId: string): string => `grant\u0000${grantId}`;
/** Events about records that another organisation is the custodian of: these are reported to it. */
export const copiesTerm = (custodian: string): string => `copies\u0000${custodian}`;
/** Under which key a patient's log entries are sealed: the id alone for this organisation's patients. */
const logPatient = (organisation: string, custodian: string, patient: string): string =>
  custodian === organisation ? patient : `${custodian}/${patient}`;

const bounded = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counts).slice(0, MAX_TYPES));

function eventFor(organisation: string, facts: AuditFacts, touched: Touched): EventDraft {
  const { request, principal, decision } = facts;
  const released = decision.effect === 'permit';
  const purpose = request.purpose ?? principal.purpose;
  const content: AuditContent = {
    v: 1,
    action: request.action,
    time: new Date(facts.time).toISOString(),
    ...(touched.patient === undefined ? {} : { patient: touched.patient }),
    custodian: request.custodian,
    who: { id: principal.id, kind: principal.kind, name: principal.name, role: principal.role },
    organisation: { id: principal.organisation, name: facts.organisationName },
    what: { words: (facts.what ?? actionInWords(request.action, touched.counts, released)).slice(0, MAX_TEXT), counts: bounded(touched.counts) },
    purpose: { code: purposes[purpose].code, id: purpose, words: purposes[purpose].words },
    basis: { code: decision.basis.code, words: decision.basis.words.slice(0, MAX_TEXT), rule: decision.rule },
    outcome: released ? 'released' : 'refused',
    ...(decision.refusal === undefined ? {} : { refusal: { code: decision.refusal.code, words: decision.refusal.message.slice(0, MAX_TEXT) } }),
    ...(decision.exception === undefined ? {} : { exception: decision.exception }),
    ...(decision.grantId === undefined ? {} : { grant: decision.grantId }),
    through: facts.through,
    rules: decision.ruleVersions,
  };
  const tokens = [actorTerm(principal.id), dayTerm(facts.time)];
  if (touched.patient !== undefined) tokens.push(patientTerm(organisation, request.custodian, touched.patient));
  if (decision.grantId !== undefined) tokens.push(grantTerm(decision.grantId));
  if (request.custodian !== organisation) tokens.push(copiesTerm(request.custodian));
  return {
    kind: 'audit',
    content: utf8(JSON.stringify(content)),
    time: facts.time,
    patient: touched.patient === undefined ? undefined : logPatient(organisation, request.custodian, touched.patient),
    tokens,
  };
}

/** At least one event; `organisation` is the node's own id. */
export function auditEvents(organisation: string, facts: AuditFacts): readonly EventDraft[] {
  const none: Touched = { patient: facts.request.patient, counts: {} };
  const touched = facts.touched.length === 0 ? [none] : facts.touched;
  return touched.map((each) => eventFor(organisation, facts, each));
}
