/**
 * Makes `entry-receipts.json`, `commitments.json` and `batches.json` beside it, from fixed keys. Run it only when a format is meant to change:
 * `node test/vectors/receipts/generate.ts`. Bytes are hexadecimal. Nothing in the files depends on this program but its fixed bytes.
 */
import { writeFileSync } from 'node:fs';
import { ed25519PublicKey } from '#ed25519';
import { concat, fromHex, toHex, utf8 } from '../../../src/base/bytes.ts';
import { decodeCbor, encodeCbor, tagged, type Cbor, type Tagged } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import { signClose } from '../../../src/ledger/grants/close.ts';
import { batchCommitment } from '../../../src/ledger/proofs/batch.ts';
import { commitment, contentHash, leafHash } from '../../../src/ledger/proofs/commitment.ts';
import { appendLeaves, emptyFrontier, emptyRoot, frontierRoot } from '../../../src/ledger/proofs/merkle-log.ts';
import { decodeOperationProof } from '../../../src/ledger/transaction/operation-proof.ts';
import { verifyEntryReceipt } from '../../../src/ledger/verify/entry.ts';
import type { Report } from '../../../src/ledger/verify/report.ts';
import { chainId, entryOf, makeEntryReceipt, makeLedgerReceipt, otherSeed, seeded, trust, type Shape, type Twist } from '../../support/receipts.ts';

export interface Vector {
  readonly name: string;
  readonly about: string;
  readonly receipt: string;
  /** Canonical bytes handed to the verifier; null: none. */
  readonly content: string | null;
  readonly trust: { readonly chainId: string; readonly nodeKey: string } | null;
  readonly expected: { readonly verdict: string; readonly failed: readonly string[]; readonly unchecked: readonly string[]; readonly facts: Readonly<Record<string, string | number>> };
}

type Map_ = Record<string, Cbor>;

const shape: Shape = { entries: 6, entry: 2, transactions: 7, transaction: 4 };
const honest = makeEntryReceipt(shape);
const trusted = { chainId: trust.chainId, nodeKey: toHex(trust.nodeKey) };

const expectedOf = ({ verdict, steps, facts }: Report): Vector['expected'] => ({
  verdict,
  failed: steps.filter(({ state }) => state === 'failed').map(({ name }) => name),
  unchecked: steps.filter(({ state }) => state === 'unchecked').map(({ name }) => name),
  facts: Object.fromEntries(Object.entries(facts as object).map(([key, value]) => [key, value instanceof Uint8Array ? toHex(value) : (value as string | number)])),
});

const trustOf = (given: Vector['trust']) => (given ? { trust: { chainId: given.chainId, nodeKey: fromHex(given.nodeKey) } } : {});

export const judge = ({ receipt, content, trust: given }: Omit<Vector, 'expected'>): Vector['expected'] =>
  expectedOf(verifyEntryReceipt(fromHex(receipt), { ...trustOf(given), ...(content === null ? {} : { content: fromHex(content) }) }));

interface Extra {
  readonly content?: Uint8Array | null;
  readonly trust?: Vector['trust'];
}

function entryVector(name: string, about: string, receipt: Uint8Array, extra: Extra = {}): Vector {
  const content = extra.content === undefined ? honest.content : extra.content;
  const given = { name, about, receipt: toHex(receipt), content: content && toHex(content), trust: extra.trust === undefined ? trusted : extra.trust };
  return { ...given, expected: judge(given) };
}

const twisted = (name: string, about: string, twist: Twist): Vector => entryVector(name, about, makeEntryReceipt(shape, twist).receipt);

/** The parts of the honest entry receipt by name, for those who change one. */
function edited(change: (map: Map_) => void): Uint8Array {
  const [v, opening, batch, anchor, ledger] = unwrap(decodeCbor(honest.receipt)) as [Cbor, Cbor[], Cbor[], Cbor, Cbor];
  const [blinder, contentHash] = opening as [Cbor, Cbor];
  const [batchBlinder, size, index, path] = batch as [Cbor, Cbor, Cbor, Cbor];
  const map: Map_ = { v, blinder, contentHash, batchBlinder, size, index, path, anchor, ledger };
  change(map);
  const { v: v_, blinder: b_, contentHash: c_, batchBlinder: bb, size: s_, index: i_, path: p_, ...rest } = map as Readonly<Record<string, Cbor>>;
  return encodeCbor([v_!, [b_!, c_!], [bb!, s_!, i_!, p_!], ...Object.values(rest)]);
}

/** Decodes a map, lets `change` work on it, encodes it again. */
function editedMap(change: (map: Map_) => void, bytes: Uint8Array): Uint8Array {
  const map = unwrap(decodeCbor(bytes)) as Map_;
  change(map);
  return encodeCbor(map);
}

/** The parts of a ledger receipt by name, for those who change one. */
function editedLedger(change: (map: Map_) => void, bytes: Uint8Array): Uint8Array {
  const [v, receipt, header, attestation, issuer] = unwrap(decodeCbor(bytes)) as Cbor[];
  const map: Map_ = { v: v!, receipt: receipt!, header: header!, attestation: attestation!, issuer: issuer! };
  change(map);
  return encodeCbor(Object.values(map));
}

/** `change` works on the attestation's kind and items. */
const inAttestation = (change: (items: Cbor[]) => void) => (map: Map_): void => {
  const items = unwrap(decodeCbor(map['attestation'] as Uint8Array)) as Cbor[];
  change(items);
  map['attestation'] = encodeCbor(items);
};

const inLedger = (change: (map: Map_) => void): Uint8Array => edited((map) => void (map['ledger'] = editedLedger(change, map['ledger'] as Uint8Array)));

type Sign1 = [Uint8Array, Map<number, Cbor>, Cbor, Uint8Array];

const inCose = (change: (parts: Sign1) => Cbor | void): Uint8Array =>
  inLedger((map) => {
    const sign1 = unwrap(decodeCbor(map['receipt'] as Uint8Array, { maps: true })) as Tagged;
    const parts = [...(sign1.value as Cbor[])] as Sign1;
    map['receipt'] = encodeCbor(change(parts) ?? tagged(18, parts));
  });

const flip = (bytes: Uint8Array, at = 5): Uint8Array => bytes.with(at, bytes[at]! ^ 1);

/** S + L in place of S: the same signature to a verifier that does not look at the range. */
function malleated(signature: Uint8Array): Uint8Array {
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = signature.slice(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + L;
  return Uint8Array.from(signature, (byte, i) => {
    if (i < 32) return byte;
    const low = Number(s & 0xffn);
    s >>= 8n;
    return low;
  });
}

const hostile = makeEntryReceipt(shape, { nodeSeed: otherSeed });
const path = (map: Map_): Uint8Array => map['path'] as Uint8Array;
/** The short form of the transaction with the honest anchor. */
const anchored = unwrap(decodeOperationProof(honest.anchor)).transaction;

const entryVectors = (): readonly Vector[] => [
  entryVector('ordinary', 'Everything holds.', honest.receipt),
  entryVector('without content', 'Everything holds; nobody asked about a content.', honest.receipt, { content: null }),
  entryVector('without trust', 'Nothing is wrong, but nobody said whom to believe.', honest.receipt, { trust: null }),
  ...(
    [
      ['one entry, one transaction', { entries: 1, entry: 0, transactions: 1, transaction: 0 }],
      ['last entry of a crooked tree', { entries: 40_003, entry: 40_002, transactions: 77, transaction: 76 }],
      ['largest batch, hundred million transactions', { entries: 65_536, entry: 0, transactions: 100_000_000, transaction: 0 }],
      ['beyond 2^32', { entries: 7, entry: 1, transactions: 2 ** 33 + 1, transaction: 2 ** 33 }],
    ] as const
  ).map(([name, other]) => {
    const made = makeEntryReceipt(other);
    return entryVector(name, 'Everything holds.', made.receipt, { content: made.content });
  }),

  entryVector('another content', 'The content is not the recorded one.', honest.receipt, { content: entryOf(3).content }),
  entryVector('content with a space more', 'Canonical bytes are compared, not meanings.', honest.receipt, { content: concat(honest.content, utf8(' ')) }),
  entryVector('another ledger trusted', 'The verifier trusts a ledger with another name.', honest.receipt, { trust: { ...trusted, chainId: 'other-ledger' } }),
  entryVector('another node trusted', 'The verifier trusts another node.', honest.receipt, { trust: { ...trusted, nodeKey: toHex(ed25519PublicKey(otherSeed)) } }),
  entryVector('made by another node', 'Right in itself, but the whole ledger is somebody else’s.', hostile.receipt),

  entryVector('blinder', 'One bit of the blinder.', edited((map) => void (map['blinder'] = flip(entryOf(2).blinder)))),
  entryVector('content hash', 'One bit of the content hash.', edited((map) => void (map['contentHash'] = flip(contentHash(honest.content)))), { content: null }),
  entryVector('path', 'One bit of the path.', edited((map) => void (map['path'] = flip(path(map), 40)))),
  entryVector('path too short', 'The last hash of the path is missing.', edited((map) => void (map['path'] = path(map).slice(0, -32)))),
  entryVector('path too long', 'The path goes on above the root.', edited((map) => void (map['path'] = concat(path(map), seeded('more'))))),
  entryVector('path not whole', 'The path is not a multiple of 32 bytes.', edited((map) => void (map['path'] = path(map).slice(0, -1)))),
  entryVector('path longer than any batch', 'Seventeen hashes.', edited((map) => void (map['path'] = concat(...Array.from({ length: 17 }, () => seeded('more')))))),
  twisted('index', 'The entry is claimed to be at another place of the batch.', { batchIndex: 3 }),
  twisted('size', 'A size under which the same path leads to the same root, but not the one that was committed to.', { batchSize: 5 }),
  twisted('batch blinder', 'Another blinder opens no commitment.', { batchBlinder: seeded('another blinder') }),
  entryVector('index outside', 'The place is not in the batch.', edited((map) => void (map['index'] = 6))),
  entryVector('size beyond any batch', 'One entry more than a batch can have.', edited((map) => void (map['size'] = 65_537))),

  twisted('anchor of another organisation', 'Everything holds: the facts say whose log it is.', { anchorOrg: 'st-marys' }),
  twisted('anchor of another batch', 'The commitment on the ledger is to another batch.', { anchorCommitment: seeded('another batch') }),
  twisted('anchor of an empty batch', 'The commitment on the ledger is to a batch without entries.', { anchorCommitment: batchCommitment(seeded('batch blinder'), 0, emptyRoot()) }),
  twisted('no anchor', 'The operation that is proven is another one.', { operation: signClose(chainId, seeded('grant'), seeded('control key')) }),
  twisted('anchor for another ledger', 'The anchor transaction is meant for another ledger.', { anchorChainId: 'other-ledger' }),
  entryVector('anchor signature', 'A ledger took an anchor whose signature is wrong.', badlySignedAnchor()),
  entryVector('anchor not on this ledger', 'The ledger receipt is of another transaction.', edited((map) => void (map['anchor'] = makeEntryReceipt({ ...shape, transactions: 8 }).anchor))),
  entryVector('operation not in the transaction', 'The anchor is not among the operations that were signed.', foreignOperation()),
  entryVector('anchor unreadable', 'The anchor is no proof of an operation.', edited((map) => void (map['anchor'] = utf8('no anchor')))),
  entryVector('anchored transaction unreadable', 'The anchor is in no transaction.', edited((map) => void (map['anchor'] = inProof((proof) => void (proof[0] = utf8('no transaction')))))),

  twisted('transaction index', 'The transaction is claimed to be at another position.', { receiptIndex: 5 }),
  twisted('transaction log size', 'A size under which the same path leads to the same root, but not the header’s.', { receiptSize: 8 }),
  twisted('header with another log size', 'The header speaks of another size of the log.', { headerLogSize: 8 }),
  twisted('header with another log root', 'The header speaks of another root of the log.', { headerLogRoot: seeded('another root') }),
  twisted('header of another ledger', 'The block is of another ledger.', { headerChainId: 'other-ledger' }),
  twisted('COSE signature by another key', 'Not the block’s maker signed the log’s root.', { coseSeed: otherSeed }),
  twisted('COSE signature over another root', 'The block’s maker signed another root.', { coseOverRoot: seeded('another root') }),
  twisted('attestation by another key', 'Not the block’s maker signed the header.', { attestationSeed: otherSeed }),
  entryVector('COSE signature malleated', 'S + L in place of S.', inCose((parts) => void (parts[3] = malleated(parts[3])))),
  entryVector('attestation malleated', 'S + L in place of S.', inLedger(inAttestation((items) => void (items[1] = malleated(items[1] as Uint8Array))))),

  entryVector('algorithm', 'The protected header names the polymorphic EdDSA (−8).', inCose((parts) => void (parts[0] = encodeCbor(new Map([[1, -8], [395, 1]]))))),
  entryVector('structure', 'The protected header names another tree.', inCose((parts) => void (parts[0] = encodeCbor(new Map([[1, -19], [395, 2]]))))),
  entryVector('payload attached', 'The root stands in the payload instead of being computed.', inCose((parts) => void (parts[2] = honest.header.logRoot))),
  entryVector('two proofs', 'The same proof twice.', inCose((parts) => void (parts[1] = new Map([[396, new Map([[-1, twice(parts)]])]])))),
  entryVector('unprotected header with more', 'A key that nobody signed and nobody reads.', inCose((parts) => void parts[1].set(4, utf8('key id')))),
  entryVector('COSE without its tag', 'The COSE_Sign1 is not tagged.', inCose((parts) => parts)),
  entryVector('unknown attestation', 'An engine that this version does not know.', inLedger(inAttestation((items) => void (items[0] = 99)))),
  entryVector('ledger receipt with more', 'A field more than the format has.', inLedger((map) => void (map['more'] = 0))),
  entryVector('entry receipt with more', 'A field more than the format has.', edited((map) => void (map['more'] = 0))),
  entryVector('entry receipt with less', 'A field less than the format has.', edited((map) => void delete map['anchor'])),
  entryVector('version', 'A version that this verifier does not know.', edited((map) => void (map['v'] = 2))),
  entryVector('not deterministic', 'The version in two bytes where one is enough.', notDeterministic(honest.receipt)),
  entryVector('trailing byte', 'One byte after the end.', concat(honest.receipt, Uint8Array.of(0))),
  entryVector('cut off', 'The last byte is missing.', honest.receipt.slice(0, -1)),
  entryVector('empty', 'No bytes.', new Uint8Array(0)),
  entryVector('not CBOR', 'Some text.', utf8('{"v":1}')),
];

function twice(parts: Sign1): Cbor[] {
  const proofs = (parts[1].get(396) as Map<number, Cbor>).get(-1) as Cbor[];
  return [proofs[0]!, proofs[0]!];
}

/** The list's first element, the version. */
const notDeterministic = (bytes: Uint8Array): Uint8Array => concat(bytes.slice(0, 1), Uint8Array.of(0x18, 0x01), bytes.slice(2));

/** `change` works on the proof of the anchor: transaction, operation, index, path. */
function inProof(change: (proof: Cbor[]) => void): Uint8Array {
  const proof = [...(unwrap(decodeCbor(honest.anchor)) as Cbor[])];
  change(proof);
  return encodeCbor(proof);
}

/** The right commitment in an operation that nobody signed. */
const foreignOperation = (): Uint8Array =>
  edited(
    (map) =>
      void (map['anchor'] = inProof((proof) => void (proof[1] = editedMap((operation) => void (operation['number'] = 4712), proof[1] as Uint8Array)))),
  );

/** The anchor's signature is changed before the ledger takes it, so that only the signature itself is wrong. */
function badlySignedAnchor(): Uint8Array {
  const [body, signature] = unwrap(decodeCbor(anchored)) as [Uint8Array, Uint8Array];
  const transaction = encodeCbor([body, flip(signature)]);
  const { ledger } = makeLedgerReceipt(transaction, shape);
  return edited((map) => {
    map['anchor'] = inProof((proof) => void (proof[0] = transaction));
    map['ledger'] = ledger;
  });
}

const commitments = (): readonly Record<string, string>[] =>
  [0, 1, 2].map((i) => {
    const { content, blinder } = entryOf(i);
    const made = commitment(blinder, contentHash(content));
    return { content: toHex(content), contentHash: toHex(contentHash(content)), blinder: toHex(blinder), commitment: toHex(made), leaf: toHex(leafHash(made)) };
  });

/** Commitments to batches: of nothing, of one entry, of several. */
const batches = (): readonly Record<string, string | number>[] =>
  [0, 1, 3].map((size) => {
    const leaves = [0, 1, 2].slice(0, size).map((i) => leafHash(commitment(entryOf(i).blinder, contentHash(entryOf(i).content))));
    const root = frontierRoot(appendLeaves(emptyFrontier, leaves));
    const blinder = seeded(`blinder of a batch of ${size}`);
    return { size, leaves: leaves.map(toHex).join(' '), root: toHex(root), blinder: toHex(blinder), commitment: toHex(batchCommitment(blinder, size, root)) };
  });

/** File name → what belongs into it. */
export const generated = (): Readonly<Record<string, readonly unknown[]>> => ({
  'entry-receipts.json': entryVectors(),
  'commitments.json': commitments(),
  'batches.json': batches(),
});

if (import.meta.main) {
  for (const [name, content] of Object.entries(generated())) writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(content, null, 2)}\n`);
}
