/** Grants on the ledger: opening and closing them, and what the state says now. */
import { randomBytes } from 'node:crypto';
import { ed25519PublicKey } from '#ed25519';
import type { Result } from '../base/result.ts';
import type { Committed, LedgerClient } from '../ledger/client.ts';
import { signClose } from '../ledger/grants/close.ts';
import type { Open } from '../ledger/grants/operations.ts';
import { decodeGrant, grantStateKey, type Grant } from '../ledger/grants/state.ts';
import type { Operation } from '../ledger/operations.ts';
import { signTransactionWith } from '../ledger/transaction/sign.ts';
import { grantBytes, termsCommitment, type ShareTerms } from './messages/share-terms.ts';

export interface LedgerSigner {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const LIFETIME_BLOCKS = 1000;

export interface GrantLedger {
  /** Undefined: never opened. */
  grant(grantId: string): Promise<Grant | undefined>;
  /** One transaction: closes the one (if any) and opens the other (if any). */
  change(change: {
    readonly close?: { readonly grantId: string; readonly patient: string };
    readonly open?: { readonly terms: ShareTerms; readonly blinder: Uint8Array };
  }): Promise<Result<Committed>>;
}

/** `controlSeed` gives the 32-byte seed of a grant's one-time control key: derived from the patient's custodial seed. */
export function grantLedger(
  ledger: Pick<LedgerClient, 'chainId' | 'head' | 'get' | 'submit'>,
  signer: LedgerSigner,
  controlSeed: (patient: string, grantId: string) => Uint8Array,
): GrantLedger {
  const submit = (operations: readonly Operation[]) =>
    ledger.submit(
      signTransactionWith(
        { chainId: ledger.chainId, expiryHeight: ledger.head().height + LIFETIME_BLOCKS, salt: new Uint8Array(randomBytes(8)), operations },
        signer.publicKey,
        signer.sign,
      ),
    );
  return {
    async grant(grantId) {
      const bytes = await ledger.get(grantStateKey(grantBytes(grantId)));
      const decoded = bytes && decodeGrant(bytes);
      return decoded?.ok ? decoded.value : undefined;
    },
    change({ close, open }) {
      const operations: Operation[] = [];
      if (close) operations.push(signClose(ledger.chainId, grantBytes(close.grantId), controlSeed(close.patient, close.grantId)));
      if (open) {
        const { terms, blinder } = open;
        const operation: Open = {
          op: 'grants.open',
          id: grantBytes(terms.grantId),
          commitment: termsCommitment(terms, blinder),
          controlKey: ed25519PublicKey(controlSeed(terms.patient, terms.grantId)),
          expiryDay: terms.lastDay,
        };
        operations.push(operation);
      }
      return submit(operations);
    },
  };
}
