/**
 * Log before release. A `Released` answer can be made only here, after its audit events are durable; the gateway sends nothing about
 * health that is not one. A refusal is logged too.
 */
import { codedError } from '../base/errors.ts';
import { CodedException, fail, ok, type Result } from '../base/result.ts';
import type { Unit, Written } from '../records/model.ts';
import type { RecordWriter } from '../records/ports.ts';
import { auditEvents, type AuditFacts } from './audit.ts';
import { accessErrors } from './errors.ts';

/** Never exported: only this file can construct. */
const KEY = Symbol('release');

/** An answer whose audit entries are durable. Opaque: opened by the code that puts it on the wire. */
export class Released<T> {
  readonly #answer: T;
  /** Where the audit events stand in the organisation log. */
  readonly auditSequences: readonly number[];

  constructor(key: symbol, answer: T, auditSequences: readonly number[]) {
    if (key !== KEY) throw new TypeError('only release() makes a Released answer');
    this.#answer = answer;
    this.auditSequences = auditSequences;
  }

  static is(value: unknown): value is Released<unknown> {
    return typeof value === 'object' && value !== null && #answer in value;
  }

  static open<A>(released: Released<A>): A {
    return released.#answer;
  }
}

/** The answer, for the code that writes it to the wire. */
export const openReleased = <T>(released: Released<T>): T => Released.open(released);
export const isReleased = (value: unknown): value is Released<unknown> => Released.is(value);

export interface ReleaseInput<T> {
  readonly audit: AuditFacts;
  /** What the request writes, if anything: stands or falls with its audit events, in one transaction. */
  readonly unit?: Unit;
  /** Built after everything is durable. A `CodedException` thrown by it becomes the error of the release. */
  readonly answer: (written: Written) => T | Promise<T>;
}

const NO_UNIT: Unit = { versions: [], events: [], guards: [] };
/** Audit events of one unit: a request that touches more patients than this is logged in several units, all before its release. */
const MAX_EVENTS_PER_UNIT = 500;

/**
 * The refusal of the decision as error (after it was logged), the writer's own errors (`records.conflict`, `records.guard`), or
 * `access.audit-failed`. `organisation` is the node's own id.
 */
export async function release<T>(writer: RecordWriter, organisation: string, input: ReleaseInput<T>): Promise<Result<Released<T>>> {
  const { decision } = input.audit;
  const events = auditEvents(organisation, input.audit);
  const permitted = decision.effect === 'permit';
  const unit = permitted ? (input.unit ?? NO_UNIT) : NO_UNIT;
  const auditSequences: number[] = [];
  let written: Written | undefined;
  for (let at = 0; at < events.length; at += MAX_EVENTS_PER_UNIT) {
    const part = events.slice(at, at + MAX_EVENTS_PER_UNIT);
    const own = at === 0 ? unit : NO_UNIT;
    let result: Result<Written>;
    try {
      result = await writer.append({ ...own, events: [...own.events, ...part] });
    } catch (cause) {
      return fail(codedError(accessErrors, 'access.audit-failed', { data: { cause: (cause as Error).message } }));
    }
    if (!result.ok) {
      const ownError = own !== NO_UNIT || result.error.code.startsWith('access.');
      return ownError ? result : fail(codedError(accessErrors, 'access.audit-failed', { data: { cause: result.error.code } }));
    }
    auditSequences.push(...result.value.sequences.slice(-part.length));
    written ??= { sequences: result.value.sequences.slice(0, result.value.sequences.length - part.length) };
  }
  if (!permitted) return fail(decision.refusal ?? codedError(accessErrors, 'access.no-basis'));
  try {
    return ok(new Released(KEY, await input.answer(written!), auditSequences));
  } catch (cause) {
    if (cause instanceof CodedException) return fail(cause);
    throw cause;
  }
}
