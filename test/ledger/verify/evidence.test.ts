/** Evidence is recognised by what is in it, and each kind is judged by its own rules. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/base/result.ts';
import { grantKey } from '../../../src/ledger/grants/state.ts';
import { encodeTransactionReceipt } from '../../../src/ledger/receipts/transaction-receipt.ts';
import { encodeOperationProof, proveOperation } from '../../../src/ledger/transaction/operation-proof.ts';
import { splitTransaction } from '../../../src/ledger/transaction/transaction.ts';
import { evidenceKind, verifyEvidence } from '../../../src/ledger/verify/evidence.ts';
import { verifyTrustBundle } from '../../../src/ledger/verify/trust-bundle.ts';
import { attestedLedger, changingSets, grants } from '../../support/attested.ts';
import { makeEntryReceipt, seeded, trust as entryTrust } from '../../support/receipts.ts';

const ledger = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 6 });
const { trust } = verifyTrustBundle(ledger.bundle()) as { readonly trust: NonNullable<ReturnType<typeof verifyTrustBundle>['trust']> };
const transaction = ledger.transactions[1]!;
const operation = encodeOperationProof(unwrap(proveOperation(transaction, 0)));
const entry = makeEntryReceipt({ entries: 3, entry: 1, transactions: 5, transaction: 2 });

describe('evidence', () => {
  it('of every kind is recognised and judged', () => {
    const files = {
      'entry-receipt': [entry.receipt, { content: entry.content, trust: entryTrust }],
      'ledger-receipt': [ledger.receipt(1, 4), { content: transaction, trust }],
      'transaction-receipt': [encodeTransactionReceipt({ about: 'operation', subject: operation, ledger: ledger.receipt(1, 4) }), { trust }],
      'state-receipt': [ledger.stateReceipt(grantKey(grants.none), 4), { trust }],
      'trust-bundle': [ledger.bundle(), { genesisHash: ledger.at(0).header.previousHash }],
    } as const;
    for (const [kind, [bytes, question]] of Object.entries(files)) {
      expect(evidenceKind(bytes)).toBe(kind);
      const judged = verifyEvidence(bytes, question);
      expect([judged.kind, judged.report.verdict]).toEqual([kind, 'held']);
    }
  });

  it('of a transaction takes the transaction whole or in short form, and no other', () => {
    const receipt = ledger.receipt(1, 4);
    const verdictFor = (content?: Uint8Array) => verifyEvidence(receipt, { trust, ...(content ? { content } : {}) }).report.verdict;
    expect(verdictFor(unwrap(splitTransaction(transaction)).short)).toBe('held');
    for (const other of [undefined, ledger.transactions[2]!, new Uint8Array(0), seeded('something')]) expect(verdictFor(other)).toBe('failed');
  });

  it('of no known kind fails, and says so', () => {
    for (const bytes of [new Uint8Array(0), seeded('noise'), new TextEncoder().encode('{}'), ledger.bundle().slice(1)]) {
      expect(evidenceKind(bytes)).toBeUndefined();
      expect(verifyEvidence(bytes, { trust }).report).toMatchObject({
        verdict: 'failed',
        steps: [{ name: 'form', state: 'failed' }, {}, {}, {}, {}, {}, {}, {}],
      });
    }
  });
});
