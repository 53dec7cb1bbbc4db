/**
 * One access to a copy, as the grantee's audit event tells it: JSON from another organisation that goes into the custodian's log and is shown
 * to a patient. Read field by field: whatever else is in it is left out, and long texts are cut.
 */
import { fromUtf8 } from '../../base/bytes.ts';
import type { AuditContent } from '../../access/audit.ts';
import { isPurpose } from '../../access/principal.ts';
import { actions, type Action } from '../../access/request.ts';

const MAX_TEXT = 500;
const MAX_PAIRS = 40;
const PATIENT = /^[A-Za-z0-9.-]{1,64}$/;
const TYPE = /^[A-Z][A-Za-z]{1,63}$/;

type Json = Readonly<Record<string, unknown>>;

export type ReportedEvent = AuditContent & { readonly patient: string };

/** Only about this custodian's patients and the reporter's own people; undefined otherwise, and when it is not of the form. */
export function reportedEvent(bytes: Uint8Array, custodian: string, from: string): ReportedEvent | undefined {
  const event = mapOf(parsed(bytes));
  if (event?.['v'] !== 1 || event['custodian'] !== custodian || mapOf(event['organisation'])?.['id'] !== from) return undefined;
  const { action, patient, outcome } = event;
  if (!isAction(action) || typeof patient !== 'string' || !PATIENT.test(patient)) return undefined;
  if (outcome !== 'released' && outcome !== 'refused') return undefined;
  const top = texts(event, ['time', 'through']);
  const who = texts(event['who'], ['id', 'kind', 'name', 'role']);
  const what = texts(event['what'], ['words']);
  const purpose = texts(event['purpose'], ['code', 'id', 'words']);
  const basis = texts(event['basis'], ['code', 'words', 'rule']);
  if (!top || Number.isNaN(Date.parse(top.time)) || !who || !what || !purpose || !basis) return undefined;
  const { kind } = who;
  const { id } = purpose;
  if ((kind !== 'person' && kind !== 'machine') || !isPurpose(id)) return undefined;
  const counts = pairs(mapOf(event['what'])?.['counts'], (name, value) => TYPE.test(name) && Number.isSafeInteger(value) && (value as number) >= 0);
  const rules = pairs(event['rules'], (name, value) => name.length <= MAX_TEXT && typeof value === 'string' && value.length <= MAX_TEXT);
  if (!counts || !rules) return undefined;
  const refusal = event['refusal'] === undefined ? undefined : texts(event['refusal'], ['code', 'words']);
  const rest = texts(
    event,
    ['exception', 'grant'].filter((name) => event[name] !== undefined),
  );
  if ((event['refusal'] !== undefined && !refusal) || !rest) return undefined;
  return {
    v: 1,
    action,
    ...top,
    patient,
    custodian,
    who: { ...who, kind },
    organisation: { id: from, name: from },
    what: { ...what, counts: counts as Readonly<Record<string, number>> },
    purpose: { ...purpose, id },
    basis,
    outcome,
    ...(refusal ? { refusal } : {}),
    ...rest,
    rules: rules as Readonly<Record<string, string>>,
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}

const mapOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

const isAction = (value: unknown): value is Action => typeof value === 'string' && Object.hasOwn(actions, value);

/** These members, all of them texts. */
function texts<K extends string>(value: unknown, names: readonly K[]): Readonly<Record<K, string>> | undefined {
  const map = mapOf(value);
  const found = names.map((name) => [name, map?.[name]] as const);
  if (!found.every(([, text]) => typeof text === 'string')) return undefined;
  return Object.fromEntries(found.map(([name, text]) => [name, (text as string).slice(0, MAX_TEXT)])) as Record<K, string>;
}

function pairs(value: unknown, isRight: (name: string, value: unknown) => boolean): Json | undefined {
  const map = mapOf(value);
  return (
    map &&
    Object.fromEntries(
      Object.entries(map)
        .filter(([name, each]) => isRight(name, each))
        .slice(0, MAX_PAIRS),
    )
  );
}
