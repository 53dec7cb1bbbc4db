/** A small ledger of fixed keys and fixed bytes, out of the product's own encoders: what receipts are made from in tests and vectors. */
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { sha256 } from '#sha256';
import { concat, uint64, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { Attestation } from '../../src/ledger/attestation/attestation.ts';
import { encodeHeader, headerHash, signAttestation, type Header } from '../../src/ledger/block/header.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { batchCommitment } from '../../src/ledger/proofs/batch.ts';
import { commitment, contentHash, leafHash } from '../../src/ledger/proofs/commitment.ts';
import { inclusionPath } from '../../src/ledger/proofs/merkle-log.ts';
import { coseReceiptInput } from '../../src/ledger/receipts/cose-receipt.ts';
import { encodeEntryReceipt } from '../../src/ledger/receipts/entry-receipt.ts';
import { encodeLedgerReceipt } from '../../src/ledger/receipts/ledger-receipt.ts';
import { signTransaction } from '../../src/ledger/transaction/sign.ts';
import { encodeOperationProof, proveOperation } from '../../src/ledger/transaction/operation-proof.ts';
import { shortHash, transactionLeaf } from '../../src/ledger/transaction/transaction.ts';

/** 32 bytes that depend on a label only. */
export const seeded = (label: string): Uint8Array => new Uint8Array(sha256(utf8(`careledger test vectors: ${label}`)));

export const chainId = 'test-ledger';
export const nodeSeed = seeded('node key');
export const orgSeed = seeded('organisation key');
export const otherSeed = seeded('another key');
export const trust = { chainId, nodeKey: ed25519PublicKey(nodeSeed) };

export interface Entry {
  readonly content: Uint8Array;
  readonly blinder: Uint8Array;
}

export const entryOf = (i: number): Entry => ({ content: utf8(`{"resourceType":"Observation","id":"o${i}"}`), blinder: seeded(`blinder ${i}`) });
const entryLeaf = ({ content, blinder }: Entry): Uint8Array => leafHash(commitment(blinder, contentHash(content)));

/** A tree of `size` leaves of which one is given and the rest are made up: every subtree without the leaf has a seeded hash. */
function simulatedTree(
  leaf: Uint8Array,
  index: number,
  size: number,
  label: string,
): { readonly root: Uint8Array; readonly path: readonly Uint8Array[] } {
  const path = inclusionPath(index, size, (level, at) => sha256(concat(utf8(label), uint64(level), uint64(at))));
  return { root: rootOf(leaf, index, size, path), path };
}

function rootOf(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Uint8Array {
  const node = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(1), left, right));
  const up = (at: number, count: number, depth: number): Uint8Array => {
    if (count === 1) return leaf;
    const split = 2 ** Math.ceil(Math.log2(count) - 1);
    return at < split ? node(up(at, split, depth - 1), path[depth - 1]!) : node(path[depth - 1]!, up(at - split, count - split, depth - 1));
  };
  return up(index, size, path.length);
}

export interface Shape {
  /** Entries in the batch, and which of them is proven. */
  readonly entries: number;
  readonly entry: number;
  /** Transactions on the ledger, and which of them is the anchor. */
  readonly transactions: number;
  readonly transaction: number;
  /** Operations in the anchor's transaction beside it; it comes first. */
  readonly beside?: number;
}

/** Changes that keep a receipt well-formed and honestly signed, but wrong: what only the linking of the steps can notice. */
export interface Twist {
  readonly nodeSeed?: Uint8Array;
  readonly coseSeed?: Uint8Array;
  readonly attestationSeed?: Uint8Array;
  readonly headerChainId?: string;
  readonly anchorChainId?: string;
  readonly anchorOrg?: string;
  readonly anchorCommitment?: Uint8Array;
  /** Stands in the place of the anchor. */
  readonly operation?: Operation;
  readonly coseOverRoot?: Uint8Array;
  readonly receiptSize?: number;
  readonly receiptIndex?: number;
  readonly headerLogSize?: number;
  readonly headerLogRoot?: Uint8Array;
  readonly batchSize?: number;
  readonly batchIndex?: number;
  readonly batchBlinder?: Uint8Array;
  readonly anchorSignedBy?: Uint8Array;
  /** Another attestation than the node's, of a block with this header hash. */
  readonly attest?: (headerHash: Uint8Array, header: Header) => Attestation;
}

const ORG = 'city-hospital';
const NUMBER = 4711;

const grantOf = (i: number): Operation => ({
  op: 'grants.open',
  id: seeded(`grant ${i}`),
  commitment: seeded(`terms ${i}`),
  controlKey: seeded(`control key ${i}`),
  expiryDay: 21_000,
});

export function makeEntryReceipt(
  shape: Shape,
  twist: Twist = {},
): { readonly receipt: Uint8Array; readonly content: Uint8Array; readonly anchor: Uint8Array; readonly ledger: Uint8Array; readonly header: Header } {
  const entry = entryOf(shape.entry);
  const batch = simulatedTree(entryLeaf(entry), shape.entry, shape.entries, 'batch');
  const blinder = seeded('batch blinder');
  const committed = twist.anchorCommitment ?? batchCommitment(blinder, shape.entries, batch.root);
  const signed = signTransaction(
    {
      chainId: twist.anchorChainId ?? chainId,
      expiryHeight: 1000 + shape.transactions,
      salt: seeded('salt').slice(0, 8),
      operations: [
        twist.operation ?? { op: 'anchors.anchor', org: twist.anchorOrg ?? ORG, number: NUMBER, commitment: committed },
        ...Array.from({ length: shape.beside ?? 0 }, (_, i) => grantOf(i)),
      ],
    },
    twist.anchorSignedBy ?? orgSeed,
  );
  const proof = unwrap(proveOperation(signed, 0));
  const anchor = encodeOperationProof(proof);
  const { ledger, header } = makeLedgerReceipt(proof.transaction, shape, twist);
  const receipt = encodeEntryReceipt({
    opening: { blinder: entry.blinder, contentHash: contentHash(entry.content) },
    batch: {
      blinder: twist.batchBlinder ?? blinder,
      size: twist.batchSize ?? shape.entries,
      index: twist.batchIndex ?? shape.entry,
      path: batch.path,
    },
    anchor,
    ledger,
  });
  return { receipt, content: entry.content, anchor, ledger, header };
}

export function makeLedgerReceipt(
  /** Short form. */
  transaction: Uint8Array,
  shape: Pick<Shape, 'transactions' | 'transaction'>,
  twist: Twist = {},
): { readonly ledger: Uint8Array; readonly header: Header } {
  const log = simulatedTree(transactionLeaf(shortHash(transaction)), shape.transaction, shape.transactions, 'transaction log');
  const proposerSeed = twist.nodeSeed ?? nodeSeed;
  const header: Header = {
    chainId: twist.headerChainId ?? chainId,
    height: Math.ceil(shape.transactions / 3),
    time: 1_790_000_000_000 + 1000 * shape.transactions,
    previousHash: seeded('previous header'),
    txRoot: seeded('block transactions'),
    txCount: 3,
    logSize: twist.headerLogSize ?? shape.transactions,
    logRoot: twist.headerLogRoot ?? log.root,
    stateRoot: seeded('state'),
    proposer: ed25519PublicKey(proposerSeed),
  };
  const headerBytes = encodeHeader(header);
  const ledger = encodeLedgerReceipt({
    receipt: {
      size: twist.receiptSize ?? shape.transactions,
      index: twist.receiptIndex ?? shape.transaction,
      path: log.path,
      signature: ed25519Sign(twist.coseSeed ?? proposerSeed, coseReceiptInput(twist.coseOverRoot ?? header.logRoot)),
    },
    header: headerBytes,
    attestation: twist.attest?.(headerHash(headerBytes), header) ?? {
      kind: 'node',
      signature: signAttestation(headerHash(headerBytes), twist.attestationSeed ?? proposerSeed),
    },
    ...(twist.attest ? { issuer: ed25519PublicKey(twist.coseSeed ?? proposerSeed) } : {}),
  });
  return { ledger, header };
}
