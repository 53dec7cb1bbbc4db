/**
 * Small ledgers of fixed keys, attested by a node or by validators that change, out of the product's own encoders but without its state machine:
 * what attestations, state receipts and trust bundles are made from in tests and vectors.
 */
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { Attestation } from '../../src/ledger/attestation/attestation.ts';
import { attestCommit } from '../../src/ledger/attestation/cometbft-attestation.ts';
import { encodeTrustBundle, type PreviousLedger } from '../../src/ledger/attestation/trust-bundle.ts';
import type { ValidatorChange } from '../../src/ledger/attestation/validator-change.ts';
import { appHash, encodeHeader, headerHash, signAttestation, type Header } from '../../src/ledger/block/header.ts';
import { encodeGenesis, genesisHash, type Genesis, type Previous } from '../../src/ledger/genesis/genesis.ts';
import { grantKey, grantValue } from '../../src/ledger/grants/state.ts';
import { directPolicy } from '../../src/ledger/policy/policy.ts';
import { appendLeaves, emptyFrontier, frontierRoot, inclusionPath } from '../../src/ledger/proofs/merkle-log.ts';
import { coseReceiptInput } from '../../src/ledger/receipts/cose-receipt.ts';
import { encodeLedgerReceipt } from '../../src/ledger/receipts/ledger-receipt.ts';
import { encodeStateReceipt } from '../../src/ledger/receipts/state-receipt.ts';
import { encodeTreeProof, proveValue } from '../../src/ledger/state/proof.ts';
import { encodeStateProof } from '../../src/ledger/state/state-proof.ts';
import { stateRootOf } from '../../src/ledger/state/tree.ts';
import { updateState } from '../../src/ledger/state/update.ts';
import { signTransaction } from '../../src/ledger/transaction/sign.ts';
import { transactionHash, transactionLeaf } from '../../src/ledger/transaction/transaction.ts';
import { consensusBlock, consensusStart, signers, type ConsensusShape, type Signer } from './consensus.ts';
import { seeded } from './receipts.ts';

const DAY_MS = 86_400_000;
const startDay = Math.floor(consensusStart / DAY_MS);

/** Ids of grants that the state of every one of these ledgers has, and of one that it has not. */
export const grants = { open: seeded('open grant'), closed: seeded('closed grant'), expired: seeded('expired grant'), none: seeded('no grant') };

const grant = (expiryDay: number, closedHeight: number): Uint8Array =>
  grantValue.encode({
    commitment: seeded('terms'),
    controlKey: ed25519PublicKey(seeded('control key')),
    expiryDay,
    openedHeight: 1,
    openedTime: consensusStart,
    closedHeight,
    closedTime: closedHeight === 0 ? 0 : consensusStart + 60_000,
  });

const values: Readonly<Record<string, Uint8Array>> = {
  [grantKey(grants.open)]: grant(startDay + 30, 0),
  [grantKey(grants.closed)]: grant(startDay + 30, 2),
  [grantKey(grants.expired)]: grant(startDay - 1, 0),
  'members/city-hospital': utf8('a member'),
};

export type Attester =
  | { readonly kind: 'node'; readonly seed: Uint8Array }
  /** `sets`: from the ledger height on, as a block of that height decided. */
  | { readonly kind: 'validators'; readonly sets: readonly (readonly [height: number, set: readonly Signer[]])[] };

export interface LedgerShape {
  readonly chainId: string;
  readonly attester: Attester;
  readonly blocks: number;
  readonly previous?: Previous;
  /** Changes of the consensus block that attests, by ledger height. */
  readonly lies?: Readonly<Record<number, Partial<ConsensusShape>>>;
}

export interface AttestedBlock {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly attestation: Attestation;
  readonly transactions: readonly Uint8Array[];
}

export type AttestedLedger = ReturnType<typeof attestedLedger>;

export const orgSeed = seeded('organisation key');
export const issuerSeed = seeded('issuer key');

/** Block h has h mod 3 transactions of two operations each; its consensus height is 2h + 1, so it is attested at 2h + 2. */
export function attestedLedger({ chainId, attester, blocks: count, previous, lies = {} }: LedgerShape) {
  const startHeight = previous ? previous.height + 1 : 0;
  const setDecidedBy = (height: number): readonly Signer[] =>
    attester.kind === 'node' ? [] : attester.sets.findLast(([from]) => from <= height)![1];
  const genesis: Genesis = {
    chainId,
    time: consensusStart,
    engine: attester.kind === 'node' ? 'embedded' : 'cometbft',
    authority: new Uint8Array(0),
    proposer: attester.kind === 'node' ? ed25519PublicKey(attester.seed) : new Uint8Array(0),
    members: [],
    validators: setDecidedBy(startHeight).map(({ key, power }, i) => ({ org: `org-${i}`, key, power })),
    policy: directPolicy,
    previous: previous ?? null,
  };
  const genesisBytes = encodeGenesis(genesis);

  const nodes = new Map<string, Uint8Array>();
  const state = updateState(
    { get: () => undefined },
    undefined,
    0,
    Object.entries(values).map(([key, value]) => ({ key: utf8(key), value })),
  );
  for (const { id, bytes } of state.nodes) nodes.set(toHex(id), bytes);
  const logNodes = new Map<string, Uint8Array>();

  let log = emptyFrontier;
  let previousHash = genesisHash(genesisBytes);
  const blocks: AttestedBlock[] = [];
  for (let height = startHeight; height < startHeight + count; height++) {
    const transactions = Array.from({ length: height % 3 }, (_, i) => transactionOf(chainId, `${height} ${i}`));
    const leaves = transactions.map((bytes) => transactionLeaf(transactionHash(bytes)));
    log = appendLeaves(log, leaves, (level, at, hash) => void logNodes.set(`${level}/${at}`, hash));
    const header: Header = {
      chainId,
      height,
      time: consensusStart + 2000 * height,
      previousHash,
      txRoot: frontierRoot(appendLeaves(emptyFrontier, leaves)),
      txCount: leaves.length,
      logSize: log.size,
      logRoot: frontierRoot(log),
      stateRoot: stateRootOf(state.root),
      proposer: attester.kind === 'node' ? genesis.proposer : setDecidedBy(height)[0]!.key,
    };
    const headerBytes = encodeHeader(header);
    const hash = headerHash(headerBytes);
    blocks.push({ header, headerBytes, hash, transactions, attestation: attest(height, hash) });
    previousHash = hash;
  }

  function attest(height: number, hash: Uint8Array): Attestation {
    if (attester.kind === 'node') return { kind: 'node', signature: signAttestation(hash, attester.seed) };
    const shape = {
      chainId,
      height: 2 * (height - startHeight) + (height === startHeight ? 1 : 2),
      signers: setDecidedBy(Math.max(startHeight, height - 1)),
      next: setDecidedBy(height),
      appHash: appHash(hash),
      ...lies[height],
    };
    return unwrap(attestCommit(consensusBlock(shape)));
  }

  const at = (height: number): AttestedBlock => blocks[height - startHeight]!;
  const changes: readonly ValidatorChange[] = blocks.flatMap(({ header, headerBytes, attestation }) =>
    attestation.kind === 'cometbft' && attestation.next.length > 0
      ? [{ header: headerBytes, attestation, validators: setDecidedBy(header.height) }]
      : [],
  );
  return {
    chainId,
    genesis,
    genesisBytes,
    blocks,
    at,
    changes,
    bundle: (before: PreviousLedger | null = null) => encodeTrustBundle({ genesis: genesisBytes, changes, previous: before }),
    /** Ledger receipt of a transaction (place in the log), made at the block at `height`; the COSE signature is the node's, or the issuer's. */
    receipt(index: number, height: number): Uint8Array {
      const { header, headerBytes, attestation } = at(height);
      const { logSize: size, logRoot } = header;
      const seed = attester.kind === 'node' ? attester.seed : issuerSeed;
      return encodeLedgerReceipt({
        receipt: {
          size,
          index,
          path: inclusionPath(index, size, (level, place) => logNodes.get(`${level}/${place}`)!),
          signature: ed25519Sign(seed, coseReceiptInput(logRoot)),
        },
        header: headerBytes,
        attestation,
        ...(attester.kind === 'node' ? {} : { issuer: ed25519PublicKey(issuerSeed) }),
      });
    },
    transactions: blocks.flatMap(({ transactions }) => transactions),
    stateReceipt(key: string, height: number): Uint8Array {
      const { value, proof } = proveValue({ get: (id) => nodes.get(toHex(id)) }, state.root, utf8(key));
      const { headerBytes, attestation } = at(height);
      return encodeStateReceipt(utf8(key), value, encodeStateProof(headerBytes, attestation, encodeTreeProof(proof)));
    },
    /** What a ledger that goes on names, and what its bundle has of this one. */
    last(): { readonly previous: Previous; readonly ledger: PreviousLedger } {
      const { header, headerBytes, hash, attestation } = blocks.at(-1)!;
      const { height, stateRoot, logSize, logRoot } = header;
      return {
        previous: { chainId, height, headerHash: hash, stateRoot, logSize, logRoot },
        ledger: { bundle: this.bundle(), header: headerBytes, attestation },
      };
    },
  };
}

const transactionOf = (chainId: string, label: string): Uint8Array =>
  signTransaction(
    {
      chainId,
      expiryHeight: 1000,
      salt: seeded(label).slice(0, 8),
      operations: ['first', 'second'].map((name) => ({
        op: 'grants.open',
        id: seeded(`${label} ${name}`),
        commitment: seeded(`${label} ${name} terms`),
        controlKey: ed25519PublicKey(seeded(`${label} ${name} control`)),
        expiryDay: startDay + 30,
      })),
    },
    orgSeed,
  );

const four = signers({ a: 10, b: 10, c: 10, d: 10 });
const five = signers({ a: 10, b: 10, c: 10, d: 10, e: 12 });
const three = signers({ e: 12, f: 7, g: 7 });

/** Four validators; block 3 makes them five, block 5 three, of whom two are new. */
export const changingSets: Attester = {
  kind: 'validators',
  sets: [
    [0, four],
    [3, five],
    [5, three],
  ],
};
export const nodeAttester: Attester = { kind: 'node', seed: seeded('node key') };
