/**
 * Verification of a row of blocks: every header follows from the one before, is attested, and (when the transactions are given too) is
 * about exactly these transactions. Reports the first block at which each step fails; never throws.
 *
 * A header names the one before it by its hash, so an attestation covers all blocks up to its own: a block without one needs a later one that has.
 */
import { equalBytes } from '../../base/bytes.ts';
import { attestationOutcomes } from '../attestation/attestation-outcomes.ts';
import type { Attestation } from '../attestation/attestation.ts';
import type { Trust } from '../attestation/trust.ts';
import { decodeHeader, headerHash, type Header } from '../block/header.ts';
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from '../proofs/merkle-log.ts';
import { decodeTransaction, transactionLeaf } from '../transaction/transaction.ts';
import { failed, held, notAsked, report, unchecked, type Outcome, type Report } from './report.ts';

const chainStepTitles = {
  form: 'Every header can be read.',
  links: 'Every block names the block before it.',
  counts: 'Heights, times and transaction counts go on without a gap.',
  transactions: 'The transactions are the ones that the headers speak of.',
  attestations: 'Every block is attested, or a later one that rests on it.',
  trust: 'The ledger, and who attests its blocks, are the ones that you trust.',
} as const;

export type ChainStep = keyof typeof chainStepTitles;

export interface ChainBlock {
  readonly header: Uint8Array;
  /** Left out: the block is covered by the next one that has one. */
  readonly attestation?: Attestation | undefined;
  /** Signed transactions in order; left out: the step `transactions` is not checked. */
  readonly transactions?: readonly Uint8Array[];
}

/** What is known already about the block before the first one. */
export interface ChainStart {
  readonly header: Uint8Array;
  /** The transaction log after that block; without it roots over the whole log are not recomputed. */
  readonly log?: Frontier;
}

export interface ChainFacts {
  readonly blocks: number;
  readonly transactions: number;
  readonly firstHeight?: number;
  readonly lastHeight?: number;
  /** Header hash of the last block read. */
  readonly lastHash?: Uint8Array;
  /** How many blocks have an attestation of their own, and the last of them. */
  readonly attestations: number;
  readonly attestedHeight?: number;
}

/** Without `after` the row begins anywhere; from height 0 the transaction log is known to be empty before it. */
export function verifyHeaderChain(
  blocks: Iterable<ChainBlock>,
  { trust, after }: { readonly trust?: Trust; readonly after?: ChainStart } = {},
): Report<ChainStep, ChainFacts> {
  const faults: Partial<Record<ChainStep, Outcome>> = {};
  const fault = (step: ChainStep, detail: string | undefined): void => {
    if (detail !== undefined) faults[step] ??= failed(detail);
  };
  let facts: ChainFacts = { blocks: 0, transactions: 0, attestations: 0 };
  const open: Partial<Record<ChainStep, Outcome>> = {};
  let withTransactions = true;
  const start = after ? decodeHeader(after.header) : undefined;
  if (start?.ok === false) fault('form', `The block before the first: ${start.error.message}`);
  let previous = start?.ok ? { header: start.value, hash: headerHash(after!.header) } : undefined;
  let log = after?.log;

  for (const block of blocks) {
    const decoded = decodeHeader(block.header);
    if (!decoded.ok) {
      fault('form', `Block ${facts.blocks} of the row: ${decoded.error.message}`);
      break;
    }
    const header = decoded.value;
    const hash = headerHash(block.header);
    if (header.height === 0) log = emptyFrontier;
    fault('links', previous && linkFault(previous.hash, header));
    fault('counts', previous ? countFault(previous.header, header) : header.height === 0 ? genesisFault(header) : undefined);
    if (block.transactions) {
      const checked = transactionFault(header, block.transactions, log);
      fault('transactions', checked.fault);
      log = checked.log;
    } else {
      withTransactions = false;
      log = undefined;
    }
    if (block.attestation) {
      const outcomes = attestationOutcomes({ header, hash, attestation: block.attestation }, trust);
      for (const [step, found] of [
        ['attestations', outcomes.block],
        ['trust', outcomes.trust],
      ] as const) {
        if (found.state === 'failed') faults[step] ??= failed(`Block ${header.height}: ${found.detail}`);
        if (found.state === 'unchecked') open[step] ??= found;
      }
      facts = { ...facts, attestations: facts.attestations + 1, attestedHeight: header.height };
    }
    facts = {
      ...facts,
      blocks: facts.blocks + 1,
      transactions: facts.transactions + header.txCount,
      firstHeight: facts.firstHeight ?? header.height,
      lastHeight: header.height,
      lastHash: hash,
    };
    previous = { header, hash };
  }
  return report(chainStepTitles, { ...soundOutcomes(facts, withTransactions, trust), ...open, ...faults }, facts);
}

/** What each step says when no block is at fault. */
function soundOutcomes(facts: ChainFacts, withTransactions: boolean, trust: Trust | undefined): Record<ChainStep, Outcome> {
  const row = `Blocks ${facts.firstHeight} to ${facts.lastHeight}.`;
  const some = (detail: string): Outcome => (facts.blocks === 0 ? unchecked('There is no block.') : held(detail));
  return {
    form: some(`${facts.blocks} headers.`),
    links: some(row),
    counts: some(`${facts.transactions} transactions.`),
    transactions: withTransactions ? some(`${facts.transactions} transactions.`) : notAsked('Transactions were not given for every block.'),
    attestations:
      facts.attestedHeight === facts.lastHeight
        ? some(`${facts.attestations} attestations.`)
        : unchecked(facts.attestedHeight === undefined ? 'No block is attested.' : `Nothing attests the blocks after ${facts.attestedHeight}.`),
    trust: trust && facts.attestations > 0 ? held(`Ledger ${trust.chainId}.`) : unchecked('There is nothing to compare, or nothing to compare with.'),
  };
}

const linkFault = (previousHash: Uint8Array, header: Header): string | undefined =>
  equalBytes(previousHash, header.previousHash) ? undefined : `Block ${header.height} does not name the block before it.`;

function countFault(previous: Header, header: Header): string | undefined {
  if (header.height !== previous.height + 1) return `Block ${header.height} comes after block ${previous.height}.`;
  if (header.time < previous.time) return `Block ${header.height} is older than the block before it.`;
  if (header.logSize !== previous.logSize + header.txCount)
    return `Block ${header.height}: ${previous.logSize} and ${header.txCount} transactions are not ${header.logSize}.`;
  return undefined;
}

const genesisFault = (header: Header): string | undefined =>
  header.txCount === 0 && header.logSize === 0 ? undefined : 'Block 0 speaks of transactions.';

function transactionFault(
  header: Header,
  transactions: readonly Uint8Array[],
  log: Frontier | undefined,
): { readonly fault: string | undefined; readonly log: Frontier | undefined } {
  const leaves: Uint8Array[] = [];
  for (const [index, bytes] of transactions.entries()) {
    const decoded = decodeTransaction(bytes);
    if (!decoded.ok) return { fault: `Block ${header.height}, transaction ${index}: ${decoded.error.message}`, log: undefined };
    leaves.push(transactionLeaf(decoded.value.hash));
  }
  const extended = log && appendLeaves(log, leaves);
  const fault = (): string | undefined => {
    if (leaves.length !== header.txCount) return `Block ${header.height} has ${leaves.length} transactions, its header says ${header.txCount}.`;
    if (!equalBytes(frontierRoot(appendLeaves(emptyFrontier, leaves)), header.txRoot))
      return `Block ${header.height}: its transactions are not the ones of its header.`;
    if (extended && extended.size !== header.logSize)
      return `Block ${header.height}: the transaction log has ${extended.size} entries, not ${header.logSize}.`;
    if (extended && !equalBytes(frontierRoot(extended), header.logRoot)) return `Block ${header.height}: the transaction log has another root.`;
    return undefined;
  };
  return { fault: fault(), log: extended };
}
