/** Evidence with changes in it: never an exception, never evidence that holds. No byte is without meaning. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/base/result.ts';
import { decodeAttestation, encodeAttestation } from '../../../src/ledger/attestation/attestation.ts';
import { grantKey } from '../../../src/ledger/grants/state.ts';
import { transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import { verifyStateReceipt } from '../../../src/ledger/verify/state.ts';
import { verifyTrustBundle } from '../../../src/ledger/verify/trust-bundle.ts';
import { attestedLedger, changingSets, grants } from '../../support/attested.ts';

const ledger = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 8 });
const { trust } = verifyTrustBundle(ledger.bundle());
const changedBits = function* (bytes: Uint8Array, step: number): Iterable<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit += step) yield bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
};

describe('one changed bit', () => {
  it('anywhere in a receipt attested by validators is noticed', { timeout: 60_000 }, () => {
    const receipt = ledger.receipt(1, 4);
    const hash = transactionHash(ledger.transactions[1]!);
    let undecided = 0;
    for (const changed of changedBits(receipt, 1)) {
      const { verdict } = verifyLedgerReceipt(changed, hash, trust);
      expect(verdict).not.toBe('held');
      if (verdict === 'incomplete') undecided++;
    }
    // A consensus height after all that the verifier knows, by validators that it does not know: it can't say more.
    expect(undecided).toBeLessThan(10);
    expect(verifyLedgerReceipt(receipt, hash, trust).verdict).toBe('held');
  });

  it('anywhere in a state receipt is noticed', { timeout: 60_000 }, () => {
    const receipt = ledger.stateReceipt(grantKey(grants.closed), 4);
    for (const changed of changedBits(receipt, 3)) expect(verifyStateReceipt(changed, trust).verdict).not.toBe('held');
    expect(verifyStateReceipt(receipt, trust).verdict).toBe('held');
  });

  it('anywhere in a proof of absence is noticed, or it says truly that another key is absent too', { timeout: 60_000 }, () => {
    const receipt = ledger.stateReceipt(grantKey(grants.none), 4);
    const honest = verifyStateReceipt(receipt, trust);
    expect(honest.verdict).toBe('held');
    for (const changed of changedBits(receipt, 3)) {
      const { verdict, facts } = verifyStateReceipt(changed, trust);
      if (verdict === 'held') expect([facts.key, facts.present, facts.height]).not.toEqual([honest.facts.key, false, 4]);
      expect(facts.present).not.toBe(true);
    }
  });

  it('anywhere in a trust bundle gives other trust to nobody who knows the genesis', { timeout: 60_000 }, () => {
    const bundle = ledger.bundle();
    const genesis = ledger.at(0).header.previousHash;
    for (const changed of changedBits(bundle, 7)) expect(verifyTrustBundle(changed, genesis).trust).toBeUndefined();
    expect(verifyTrustBundle(bundle, genesis).trust).toEqual(trust);
  });
});

describe('attestations', () => {
  it('have one form', () => {
    for (const { attestation } of ledger.blocks) {
      const bytes = encodeAttestation(attestation);
      expect(unwrap(decodeAttestation(bytes))).toEqual(attestation);
    }
  });

  it('are refused when they are huge, before anything is done with them', () => {
    expect(decodeAttestation(new Uint8Array(50_000_000)).ok).toBe(false);
    expect(verifyTrustBundle(new Uint8Array(50_000_000)).report.verdict).toBe('failed');
    expect(verifyStateReceipt(new Uint8Array(50_000_000)).verdict).toBe('failed');
  });
});
