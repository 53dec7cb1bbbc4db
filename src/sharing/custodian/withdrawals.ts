/**
 * The custodian's side of withdrawals: which records a share no longer covers, found in the log itself, so that nothing is forgotten over a
 * crash, and the messages that tell it. They hold names only: neither content nor why.
 */
import { openReleased } from '../../access/release.ts';
import type { Principal } from '../../access/principal.ts';
import type { Decision } from '../../access/decision.ts';
import type { AccessRequest } from '../../access/request.ts';
import { ok, type Result } from '../../base/result.ts';
import type { LapsedOf, LapsedRecord, Visibility } from '../../records/model.ts';
import type { RecordReader } from '../../records/ports.ts';
import { countTypes } from '../count-types.ts';
import { encodeWithdraw } from '../messages/messages.ts';
import type { Parts } from '../parts.ts';
import { visibilityOfShare } from './preview.ts';
import type { StoredShare } from './share-book.ts';
import { newestEvent } from '../stored-events.ts';
import { copyTerm, readTerm } from '../terms.ts';
import { MAX_WITHDRAWN, type WithdrawnRecord } from '../messages/withdrawn-record.ts';
import { words } from '../words.ts';

/** All of them, in the order of the log. */
export async function allLapsed(reader: Pick<RecordReader, 'lapsed'>, of: LapsedOf, visibility: Visibility): Promise<readonly LapsedRecord[]> {
  const found: LapsedRecord[] = [];
  for (let from = 0; ;) {
    const some = await reader.lapsed('own', { ...of, from }, visibility, [], MAX_WITHDRAWN);
    found.push(...some);
    if (some.length < MAX_WITHDRAWN) return found;
    from = some.at(-1)!.head + 1;
  }
}

export interface WithdrawMessage {
  readonly body: Uint8Array;
  readonly count: number;
}

/** Logged at the custodian like any release: that a record was part of a share is told. */
export async function withdrawMessages(
  parts: Pick<Parts, 'access'>,
  { principal, request, decision }: { readonly principal: Principal; readonly request: AccessRequest; readonly decision: Decision },
  records: readonly WithdrawnRecord[],
): Promise<Result<readonly WithdrawMessage[]>> {
  if (records.length === 0) return ok([]);
  const released = await parts.access.release({
    principal,
    request,
    decision,
    through: 'network',
    touched: [{ patient: request.patient, counts: countTypes(records) }],
    what: words.withdrawn(records.length),
    answer: () =>
      Array.from({ length: Math.ceil(records.length / MAX_WITHDRAWN) }, (_, index) => {
        const part = records.slice(index * MAX_WITHDRAWN, (index + 1) * MAX_WITHDRAWN);
        return { body: encodeWithdraw(part), count: part.length };
      }),
  });
  return released.ok ? ok(openReleased(released.value)) : released;
}

/** Where a read goes on with names: what follows is a position of the log. Cursors of the records layer never begin so. */
const MORE_NAMES = '~';

/** Which names go with a page of a whole read: undefined when none do any more. */
export function namesFrom(after: string): number | undefined {
  if (after === '') return 0;
  const sequence = after.startsWith(MORE_NAMES) ? Number(after.slice(MORE_NAMES.length)) : NaN;
  return Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : undefined;
}

export interface PageNames {
  readonly records: readonly WithdrawnRecord[];
  /** Empty: these were all. */
  readonly next: string;
}

/**
 * Records that a grantee who reads the whole record (again) may have from earlier: under another share of the patient with them, or under
 * this one from a read that was begun. What they were given lies in the log after the oldest of these shares.
 */
export async function earlierGiven(
  parts: Pick<Parts, 'organisation' | 'access' | 'now' | 'outgoing' | 'reader'>,
  share: StoredShare,
  visibility: Visibility,
  from: number,
): Promise<PageNames> {
  const { outgoing, reader } = parts;
  const { grantId, grantee, patient } = share.terms;
  const given: StoredShare[] = [];
  for (const each of await outgoing.of(patient)) {
    if (each.terms.grantee !== grantee) continue;
    const current = each.terms.grantId === grantId;
    if (!current || (await newestEvent(reader, 'marker', readTerm(grantId))) || (await newestEvent(reader, 'disclosure', copyTerm(grantId))))
      given.push(each);
  }
  if (given.length === 0) return { records: [], next: '' };
  const since = Math.min(...given.map(({ sequence }) => sequence));
  const shown = given.map(({ terms }) => visibilityOfShare(parts, terms));
  const records = await reader.lapsed('own', { since, from }, visibility, shown, MAX_WITHDRAWN);
  return { records, next: records.length < MAX_WITHDRAWN ? '' : `${MORE_NAMES}${records.at(-1)!.head + 1}` };
}
