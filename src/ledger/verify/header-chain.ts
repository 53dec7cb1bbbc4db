/**
 * Verification of a row of blocks: every header follows from the one before, is signed, and (when the transactions are given too) is
 * about exactly these transactions. Reports the first block at which each step fails; never throws.
 */
import { equalBytes, toHex } from '../../base/bytes.ts';
import { decodeHeader, headerHash, verifyAttestation, type Header } from '../block/header.ts';
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from '../proofs/merkle-log.ts';
import { decodeTransaction, transactionLeaf } from '../transaction/transaction.ts';
import { failed, held, notAsked, report, unchecked, type Outcome, type Report, type Trust } from './report.ts';

const chainStepTitles = {
  form: 'Every header can be read.',
  links: 'Every block names the block before it.',
  counts: 'Heights, times and transaction counts go on without a gap.',
  transactions: 'The transactions are the ones that the headers speak of.',
  attestations: 'Every block is signed by the node that made it.',
  trust: 'The ledger and the node are the ones that you trust.',
} as const;

export type ChainStep = keyof typeof chainStepTitles;

export interface ChainBlock {
  readonly header: Uint8Array;
  /** The proposer's signature over the header hash (64 bytes). */
  readonly attestation: Uint8Array;
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
  let facts: ChainFacts = { blocks: 0, transactions: 0 };
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
    if (!verifyAttestation(hash, header.proposer, block.attestation)) fault('attestations', `Block ${header.height}: the signature does not verify.`);
    fault('trust', trust && trustFault(header, trust));
    facts = {
      blocks: facts.blocks + 1,
      transactions: facts.transactions + header.txCount,
      firstHeight: facts.firstHeight ?? header.height,
      lastHeight: header.height,
      lastHash: hash,
    };
    previous = { header, hash };
  }
  return report(chainStepTitles, { ...soundOutcomes(facts, withTransactions, trust), ...faults }, facts);
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
    attestations: some(`${facts.blocks} signatures.`),
    trust: trust
      ? some(`Ledger ${trust.chainId}, node key ${toHex(trust.nodeKey)}.`)
      : unchecked('No ledger and no node key were given to compare with.'),
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

function trustFault(header: Header, trust: Trust): string | undefined {
  if (header.chainId !== trust.chainId) return `Block ${header.height} is of the ledger ${header.chainId}, not of ${trust.chainId}.`;
  return equalBytes(header.proposer, trust.nodeKey) ? undefined : `Block ${header.height} is made by another node than the one trusted.`;
}
