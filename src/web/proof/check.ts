/** Fetches what a proof needs, checks it in this browser and remembers the outcome. */
import { ApiError, getBytes, type Target } from '../api/http.ts';
import type { Portal } from '../portal.ts';
import { remember, type ProofState } from './state.ts';
import { trustFrom, type PinnedTrust } from './trust.ts';

export interface Evidence {
  readonly receipt: Uint8Array;
  /** The exact bytes that were committed to, when the server gave them. */
  readonly content?: Uint8Array;
  readonly trust: PinnedTrust;
}

/** Paths on the target. Transactions of the ledger carry their receipt and their bytes under the explorer. */
export interface ProofPaths {
  readonly receiptUrl: string;
  readonly contentUrl?: string;
}

export const isTransactionReceipt = (path: string): boolean => path.startsWith('/explorer/api/transactions/');

export async function fetchEvidence(target: Target, { receiptUrl, contentUrl }: ProofPaths): Promise<Evidence> {
  const [receipt, content, trust] = await Promise.all([
    getBytes(target, receiptUrl),
    contentUrl === undefined ? undefined : getBytes(target, contentUrl),
    trustFrom(target),
  ]);
  return { receipt, trust, ...(content === undefined ? {} : { content }) };
}

export async function checkProof(portal: Portal, target: Target, paths: ProofPaths): Promise<ProofState> {
  let state: ProofState;
  try {
    const { receipt, content, trust } = await fetchEvidence(target, paths);
    const checked = await portal.verifier.check({ receipt, trust, ...(content === undefined ? {} : { content }) });
    state = { kind: 'checked', checked, at: new Date().toISOString() };
  } catch (error) {
    state = { kind: 'uncheckable', code: error instanceof ApiError ? error.code : 'web.check-failed', why: (error as Error).message };
  }
  remember(portal.proofs, paths.receiptUrl, state);
  return state;
}
