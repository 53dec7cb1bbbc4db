/**
 * What shows that a batch of the custodian's is on the ledger, for a grantee whose own ledger does not have the transaction: it joined
 * from a snapshot, has pruned it, or continues an earlier ledger. Checked offline, with what the grantee's own ledger lets it believe.
 */
import { codedError } from '../base/errors.ts';
import { equalBytes, toHex } from '../base/bytes.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { decodeOperationProof, verifyOperationProof } from '../ledger/transaction/operation-proof.ts';
import { shortHash } from '../ledger/transaction/transaction.ts';
import { verifyLedgerReceipt } from '../ledger/verify/ledger.ts';
import { verifyTrustBundle } from '../ledger/verify/trust-bundle.ts';
import type { ChannelClient } from '../network/client.ts';
import type { Method } from '../network/server.ts';
import type { BatchEvidence, CopySource } from './custodian/copy-source.ts';
import { sharingErrors } from './errors.ts';
import type { IncomingShare } from './grantee/incoming-book.ts';
import { decodeEvidence, decodeSequence, encodeEvidence, encodeSequence, methods } from './messages/messages.ts';
import type { ShareBook } from './custodian/share-book.ts';
import { grantBytes } from './messages/share-terms.ts';
import { words } from './words.ts';

/** Undefined: the custodian has none. */
export type AskEvidence = (share: IncomingShare, sequence: number) => Promise<Result<BatchEvidence | undefined>>;

/** At the custodian: public things, but which batch an entry is in is told only to whom the entry was shared with. */
export function evidenceMethod({ outgoing, source }: { readonly outgoing: ShareBook; readonly source: CopySource }): Method {
  return async (call) => {
    const sequence = decodeSequence(call.body);
    if (sequence === undefined) return fail(codedError(sharingErrors, 'sharing.malformed'));
    const share = await outgoing.find(toHex(call.grant));
    if (share?.terms.grantee !== call.from) return fail(codedError(sharingErrors, 'sharing.unknown-share'));
    return ok(encodeEvidence(await source.evidence(sequence)));
  };
}

export const askEvidence =
  (channel: ChannelClient): AskEvidence =>
  async ({ terms }, sequence) => {
    const who = { id: 'copies', kind: 'machine', name: words.machine, role: 'system' } as const;
    const { custodian, purpose, grantId } = terms;
    const answered = await channel.call({
      to: custodian,
      method: methods.evidence,
      who,
      purpose,
      grant: grantBytes(grantId),
      body: encodeSequence(sequence),
    });
    return answered.ok ? ok(decodeEvidence(answered.value.body)) : answered;
  };

/** The commitment that the transaction with this hash has put on the ledger for the custodian; undefined when the evidence does not show it. */
export async function commitmentShown(
  ledger: Pick<LedgerClient, 'trustBundle'>,
  custodian: string,
  transaction: Uint8Array,
  evidence: BatchEvidence,
): Promise<Uint8Array | undefined> {
  const proof = decodeOperationProof(evidence.anchor);
  const proven = proof.ok ? verifyOperationProof(proof.value) : undefined;
  if (!proof.ok || !proven?.ok || !equalBytes(shortHash(proof.value.transaction), transaction)) return undefined;
  const { operation } = proven.value;
  if (operation.op !== 'anchors.anchor' || operation.org !== custodian) return undefined;
  // Its own ledger's bundle: there is nobody else to believe.
  const { trust } = verifyTrustBundle(await ledger.trustBundle());
  return trust && verifyLedgerReceipt(evidence.ledger, transaction, trust).verdict === 'held' ? operation.commitment : undefined;
}
