/**
 * The grantee's side of withdrawals: what a share no longer covers is made unreadable at once, with a note and an audit entry in the same
 * unit. Obeyed whatever the state of the share: it lets nobody see anything.
 */
import { openReleased } from '../../access/release.ts';
import { withdrawal } from '../../access/withdrawal.ts';
import { codedError } from '../../base/errors.ts';
import { toBase64Url, toHex } from '../../base/bytes.ts';
import { CodedException, fail, ok, type Result } from '../../base/result.ts';
import type { Method } from '../../network/server.ts';
import type { Written } from '../../records/model.ts';
import { countTypes } from '../count-types.ts';
import { sharingErrors } from '../errors.ts';
import { decodeWithdraw, encodeHidden } from '../messages/messages.ts';
import type { Parts } from '../parts.ts';
import { machineOf } from '../peer-principal.ts';
import { contentOf, eventDraft, eventsOf, type WithdrawalContent } from '../stored-events.ts';
import { allWithdrawnTerm, withdrawnTerm } from '../terms.ts';
import type { WithdrawnRecord } from '../messages/withdrawn-record.ts';
import { words } from '../words.ts';

/** What was told: under which grant, about whose record, and the hash of the custodian's signed message (base64url). */
export type Told = Pick<WithdrawalContent, 'grantId' | 'custodian' | 'patient' | 'records' | 'receipt'>;

export interface Hidden {
  /** Records that could be read until now. */
  readonly hidden: number;
  /** Position of the note in this organisation's log; 0 when nothing was left to do. */
  readonly sequence: number;
}

type WithdrawParts = Pick<Parts, 'organisation' | 'access' | 'copies' | 'writer' | 'now' | 'reportTo'>;

/** Errors of the writer, `access.audit-failed`: then nothing was hidden, and the custodian tells it again. */
async function hideTogether(parts: WithdrawParts, told: Told): Promise<Result<Hidden>> {
  const { organisation, access, copies, writer, now, reportTo } = parts;
  const { grantId, custodian, patient } = told;
  const done = await copies.withdraw<Result<Hidden>>(custodian, told.records, async ({ records, hidden, versions }) => {
    const content: WithdrawalContent = { v: 1, type: 'withdrawn', ...told, records, time: new Date(now()).toISOString() };
    const note = eventDraft('notice', now(), `${custodian}/${patient}`, content, [allWithdrawnTerm, withdrawnTerm(grantId)]);
    const unit = { versions, events: [note], guards: [] };
    const answer = ({ sequences }: Written): Hidden => ({ hidden: hidden.length, sequence: sequences[versions.length]! });
    // Of records that never came there is nothing to tell a patient: they are only kept from coming late.
    if (hidden.length === 0) {
      const written = await writer.append(unit);
      return written.ok ? ok(answer(written.value)) : written;
    }
    const released = await access.release({
      principal: machineOf(organisation, now()),
      request: { action: 'withdraw', types: [], custodian, patient },
      decision: withdrawal(grantId),
      through: 'network',
      touched: [{ patient, counts: countTypes(hidden) }],
      what: words.hidden(hidden.length),
      unit,
      answer,
    });
    return released.ok ? ok(openReleased(released.value)) : released;
  });
  if (done?.ok && done.value.hidden > 0) reportTo(custodian);
  return done ?? ok({ hidden: 0, sequence: 0 });
}

/** One by one when they cannot be hidden together: a copy that is damaged must not keep others readable. The first error, after all were tried. */
export async function hideRecords(parts: WithdrawParts, told: Told): Promise<Result<Hidden>> {
  const attempt = async (records: readonly WithdrawnRecord[]): Promise<Result<Hidden>> => {
    try {
      return await hideTogether(parts, { ...told, records });
    } catch (cause) {
      if (cause instanceof CodedException) return fail(cause);
      throw cause;
    }
  };
  const together = await attempt(told.records);
  if (together.ok || told.records.length === 1) return together;
  let failed: Result<Hidden> | undefined;
  for (const record of told.records) {
    const alone = await attempt([record]);
    if (!alone.ok) failed ??= alone;
  }
  return failed ?? ok({ hidden: told.records.length, sequence: 0 });
}

export function withdrawMethod(parts: WithdrawParts & Pick<Parts, 'incoming'>): Method {
  return async (call) => {
    const records = decodeWithdraw(call.body);
    if (!records) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const grantId = toHex(call.grant);
    const share = await parts.incoming.find(grantId);
    if (!share || share.terms.custodian !== call.from) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
    const told = { grantId, custodian: call.from, patient: share.terms.patient, records, receipt: toBase64Url(call.hash) };
    const hidden = await hideRecords(parts, told);
    return hidden.ok ? ok(encodeHidden(hidden.value)) : hidden;
  };
}

/** The notes hold, whatever happened to the rows: where a repair has brought an older version to the top, it is hidden again. */
export async function hideAgain(parts: WithdrawParts & Pick<Parts, 'reader' | 'onError'>): Promise<void> {
  try {
    for await (const event of eventsOf(parts.reader, 'notice', allWithdrawnTerm)) {
      const { grantId, custodian, patient, records, receipt } = contentOf<WithdrawalContent>(event);
      const hidden = await hideRecords(parts, { grantId, custodian, patient, records, receipt });
      if (!hidden.ok) parts.onError(new CodedException(hidden.error));
    }
  } catch (cause) {
    // Rows that do not open are the self-check's business: the node starts, and shows nothing of them.
    parts.onError(cause);
  }
}
