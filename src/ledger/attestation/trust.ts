/**
 * Whom a verifier believes: learnt beforehand, never from the evidence itself. A ledger is attested by one node (embedded engine) or by
 * more than two thirds of its validators (CometBFT).
 */
import type { Validator } from '../light/light-block.ts';
import { validatorSetHash } from '../light/validator-set.ts';

export type Trust = NodeTrust | ValidatorTrust;

interface LedgerTrust {
  readonly chainId: string;
  /** The ledger that this one continues, where the verifier knows it. */
  readonly previous?: PreviousTrust;
}

export interface NodeTrust extends LedgerTrust {
  /** Ed25519 public key of the node that orders the ledger. */
  readonly nodeKey: Uint8Array;
}

export interface ValidatorTrust extends LedgerTrust {
  /** In the order of their heights, the first from the consensus' first height on; each is valid until the next one. */
  readonly validators: readonly KnownSet[];
}

export interface KnownSet {
  /** Consensus height from which on these are the validators. */
  readonly from: number;
  /** In CometBFT's order. */
  readonly validators: readonly Validator[];
  readonly hash: Uint8Array;
}

export interface PreviousTrust {
  readonly trust: Trust;
  /** Height of its last block: the newer ledger vouches for nothing after it. */
  readonly lastHeight: number;
}

export const knownSet = (from: number, validators: readonly Validator[]): KnownSet => ({ from, validators, hash: validatorSetHash(validators) });

/** The set at a consensus height, and whether it is the newest known one: after it the validators may have changed again. */
export function setAt({ validators }: ValidatorTrust, height: number): { readonly set: KnownSet; readonly newest: boolean } | undefined {
  const at = validators.findLastIndex(({ from }) => from <= height);
  return at < 0 ? undefined : { set: validators[at]!, newest: at === validators.length - 1 };
}

/** The trust for a block of this ledger or of one before it; a sentence when there is none. */
export function trustFor(trust: Trust, chainId: string, height: number): Trust | string {
  if (trust.chainId === chainId) return trust;
  let last = Number.MAX_SAFE_INTEGER;
  for (let before = trust.previous; before; before = before.trust.previous) {
    last = Math.min(last, before.lastHeight);
    if (before.trust.chainId !== chainId) continue;
    return height <= last ? before.trust : `Block ${height} of ${chainId} is after its last one, ${last}, with which ${trust.chainId} goes on.`;
  }
  return `It is of the ledger ${chainId}, not of ${trust.chainId}.`;
}

/** Through which ledgers one goes back to another, as a sentence; empty where they are the same. */
export function wayTo(trust: Trust, chainId: string): string {
  const before: string[] = [];
  for (let at: Trust | undefined = trust; at && at.chainId !== chainId; at = at.previous?.trust) before.push(at.previous?.trust.chainId ?? chainId);
  return before.length === 0 ? '' : ` ${trust.chainId} goes on with ${before.join(', and that with ')}.`;
}
