/** The grantee's side of updates: checked against the share, kept, and acknowledged; the signed answer is the receipt. */
import { codedError } from '../../base/errors.ts';
import { toBase64Url, toHex } from '../../base/bytes.ts';
import { fail, ok } from '../../base/result.ts';
import type { Method } from '../../network/server.ts';
import { sharingErrors } from '../errors.ts';
import { encodeKept } from '../messages/messages.ts';
import { openPage } from '../messages/page.ts';
import type { Parts } from '../parts.ts';
import type { Prover } from '../prove.ts';
import { shareState } from '../custodian/share-book.ts';
import { eventDraft, type DisclosureContent } from '../stored-events.ts';
import { copyTerm, keptTerm } from '../terms.ts';

export function pushMethod(parts: Parts, prover: Pick<Prover, 'pending'>): Method {
  const { incoming, copies, check, hpke, ledger, now } = parts;
  return async (call) => {
    const grantId = toHex(call.grant);
    const share = await incoming.find(grantId);
    if (!share || share.terms.custodian !== call.from) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
    // The custodian checks too; a grantee does not take what it may not have.
    if (shareState(share, now()) !== 'active') return fail(codedError(sharingErrors, 'sharing.not-active'));
    const page = await openPage(hpke, ledger.chainId, share.terms, call.body);
    if (!page.ok) return page;
    const { versions, upTo } = page.value;
    const checked = await check.check(share, versions);
    if (!checked.ok) return checked;
    const { patient } = share.terms;
    const event = (count: number) => {
      const content: DisclosureContent = { v: 1, type: 'received', grantId, patient, peer: call.from, count, upTo, receipt: toBase64Url(call.hash) };
      return [eventDraft('disclosure', now(), `${call.from}/${patient}`, content, [copyTerm(grantId), keptTerm(grantId)])];
    };
    const kept = await copies.keep(call.from, patient, versions, event);
    if (kept.ok) prover.pending(share, versions);
    return kept.ok ? ok(encodeKept({ kept: kept.value.kept, sequence: kept.value.eventSequence })) : kept;
  };
}
