/** Transactions, blocks, headers, genesis. */
import { toHex } from '../../../src/base/bytes.ts';
import { encodeCbor } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import { decodeBlock, encodeBlock } from '../../../src/ledger/block/block.ts';
import { decodeHeader, encodeHeader, headerHash, signAttestation } from '../../../src/ledger/block/header.ts';
import { decodeConsensusSeal, encodeConsensusSeal } from '../../../src/ledger/block/seal.ts';
import { decodeGenesis } from '../../../src/ledger/genesis/decode-genesis.ts';
import { executeGenesis } from '../../../src/ledger/genesis/genesis-block.ts';
import { encodeGenesis } from '../../../src/ledger/genesis/genesis.ts';
import { checkTransaction } from '../../../src/ledger/transaction/check.ts';
import { decodeOperationProof, encodeOperationProof, proveOperation, verifyOperationProof } from '../../../src/ledger/transaction/operation-proof.ts';
import { decodeOperation, encodeOperation } from '../../../src/ledger/transaction/operation-tree.ts';
import { decodeShortTransaction, decodeTransaction, encodeTransaction, transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { genesis, seedOf } from '../../support/ledger.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';
import { cborTarget, roundTrip } from './promises.ts';
import { sampleOperations, signedSamples } from './samples.ts';

const transactions = signedSamples();
const proofs = transactions.flatMap((bytes) => {
  const { operations } = unwrap(decodeTransaction(bytes));
  return [0, operations.length - 1].map((index) => encodeOperationProof(unwrap(proveOperation(bytes, index))));
});
const { headerBytes } = unwrap(executeGenesis(genesis));
const blocks = [[], transactions.slice(0, 1), transactions].map((list) =>
  encodeBlock(headerBytes, list, signAttestation(headerHash(headerBytes), seedOf('node'))),
);

/** Whoever hands over any bytes as a transaction: a transaction of the sender's, or a code. */
function checked(input: Uint8Array): Verdict {
  const result = checkTransaction(input, genesis.chainId);
  if (!result.ok) return 'refused';
  // Nobody here can sign: what verifies has the body and the signature of a seed, and its operations follow from the body.
  const known = transactions.some((seed) => Buffer.compare(seed, input) === 0);
  if (!known) throw new Broken('a changed transaction verifies');
  return 'accepted';
}

/** By root, the operations behind it: whatever else a body says, and however many it counts, no proof shows another operation under that root. */
const behindRoot = new Map(
  transactions.map((bytes) => {
    const { operations } = unwrap(decodeTransaction(bytes));
    return [rootOf(short(bytes)), operations.map((operation) => toHex(encodeOperation(operation)))];
  }),
);
function rootOf(shortBytes: Uint8Array): string {
  return toHex(unwrap(decodeShortTransaction(shortBytes)).operationsRoot);
}
function short(bytes: Uint8Array): Uint8Array {
  return unwrap(proveOperation(bytes, 0)).transaction;
}
function proven(input: Uint8Array): Verdict {
  const decoded = decodeOperationProof(input);
  const verified = decoded.ok ? verifyOperationProof(decoded.value) : decoded;
  if (!verified.ok) return 'refused';
  const { transaction, operation } = verified.value;
  if (behindRoot.get(toHex(transaction.operationsRoot))?.includes(toHex(encodeOperation(operation))) !== true)
    throw new Broken('it proves an operation that is not there');
  return 'accepted';
}

const hashOrRefusal = (input: Uint8Array): Verdict => {
  try {
    return transactionHash(input).length === 32 ? 'accepted' : 'refused';
  } catch (error) {
    if (error instanceof RangeError) return 'refused';
    throw error;
  }
};

export const ledgerTargets: readonly Target[] = [
  cborTarget(
    'transaction',
    transactions,
    roundTrip(decodeTransaction, ({ body, signature, operations }) => encodeTransaction(body, signature, operations)),
    3,
  ),
  cborTarget('transaction, checked', transactions, checked, 2),
  cborTarget(
    'transaction, short form',
    transactions.map(short),
    roundTrip(decodeShortTransaction, ({ body, signature }) => encodeCbor([body, signature])),
  ),
  cborTarget('transaction hash', [...transactions, ...transactions.map(short)], hashOrRefusal),
  cborTarget(
    'operation',
    sampleOperations().map(encodeOperation),
    roundTrip((bytes) => decodeOperation(bytes, 0), encodeOperation),
    2,
  ),
  cborTarget('operation proof', proofs, roundTrip(decodeOperationProof, encodeOperationProof)),
  cborTarget('operation proof, verified', proofs, proven),
  cborTarget('header', [headerBytes], roundTrip(decodeHeader, encodeHeader)),
  cborTarget(
    'block',
    blocks,
    roundTrip(decodeBlock, (block) => encodeBlock(block.headerBytes, block.transactions, block.seal)),
  ),
  cborTarget('genesis', [encodeGenesis(genesis)], roundTrip(decodeGenesis, encodeGenesis)),
  cborTarget('consensus seal', [0, 1, 1_000_000].map(encodeConsensusSeal), (input) => {
    const height = decodeConsensusSeal(input);
    if (height !== undefined && Buffer.compare(encodeConsensusSeal(height), input) !== 0) throw new Broken('two encodings of one seal');
    return height === undefined ? 'refused' : 'accepted';
  }),
];
