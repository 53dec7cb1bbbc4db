/**
 * Makes `ledger-receipts.json`, `transaction-receipts.json`, `state-receipts.json`, `trust-bundles.json` and `header-chains.json` beside it, from fixed keys. Run
 * it only when a format is meant to change: `node test/vectors/attestation/generate.ts`. Bytes are hexadecimal.
 */
import { writeFileSync } from 'node:fs';
import { ed25519PublicKey } from '#ed25519';
import { concat, fromHex, toHex } from '../../../src/base/bytes.ts';
import { decodeCbor, encodeCbor, tagged, type Cbor, type Tagged } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import { decodeAttestation, encodeAttestation } from '../../../src/ledger/attestation/attestation.ts';
import { encodeTrustBundle } from '../../../src/ledger/attestation/trust-bundle.ts';
import { knownSet, type Trust } from '../../../src/ledger/attestation/trust.ts';
import { headerFields } from '../../../src/ledger/block/header.ts';
import { grantKey } from '../../../src/ledger/grants/state.ts';
import { encodeTransactionReceipt } from '../../../src/ledger/receipts/transaction-receipt.ts';
import { encodeOperationProof, proveOperation } from '../../../src/ledger/transaction/operation-proof.ts';
import { transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { verifyHeaderChain } from '../../../src/ledger/verify/header-chain.ts';
import { verifyLedgerReceipt } from '../../../src/ledger/verify/ledger.ts';
import type { Report } from '../../../src/ledger/verify/report.ts';
import { verifyStateReceipt } from '../../../src/ledger/verify/state.ts';
import { verifyTransactionReceipt } from '../../../src/ledger/verify/transaction.ts';
import { trustOfGenesis, verifyTrustBundle } from '../../../src/ledger/verify/trust-bundle.ts';
import { attestedLedger, changingSets, grants, nodeAttester, type Attester } from '../../support/attested.ts';
import { signers } from '../../support/consensus.ts';
import { seeded } from '../../support/receipts.ts';

/** Whom the verifier believes. `previous`: the ledger before, and its last height. */
export type TrustJson = ({ readonly nodeKey: string } | { readonly validators: readonly SetJson[] }) & {
  readonly chainId: string;
  readonly previous?: { readonly lastHeight: number; readonly trust: TrustJson };
};

interface SetJson {
  /** Consensus height. */
  readonly from: number;
  /** In CometBFT's order. */
  readonly validators: readonly { readonly key: string; readonly power: number }[];
}

export interface Vector {
  readonly name: string;
  readonly about: string;
  /** The file; a row of blocks: its blocks, one after another, each [header, attestation or null, transactions or null] in CBOR. */
  readonly bytes: string;
  /** Ledger receipts only: SHA-256 of the transaction's short form. */
  readonly transactionHash?: string;
  /** Trust bundles only: hash of the genesis that the verifier knows. */
  readonly genesisHash?: string | null;
  readonly trust?: TrustJson | null;
  readonly expected: Expected;
}

interface Expected {
  readonly verdict: string;
  readonly failed: readonly string[];
  readonly unchecked: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  /** Trust bundles only. */
  readonly trust?: TrustJson | null;
}

export type Kind = 'ledger-receipts' | 'transaction-receipts' | 'state-receipts' | 'trust-bundles' | 'header-chains';

const trustJson = (trust: Trust): TrustJson => ({
  chainId: trust.chainId,
  ...('nodeKey' in trust
    ? { nodeKey: toHex(trust.nodeKey) }
    : { validators: trust.validators.map(({ from, validators }) => ({ from, validators: validators.map(({ key, power }) => ({ key: toHex(key), power })) })) }),
  ...(trust.previous ? { previous: { lastHeight: trust.previous.lastHeight, trust: trustJson(trust.previous.trust) } } : {}),
});

const trustOf = (json: TrustJson): Trust => ({
  chainId: json.chainId,
  ...('nodeKey' in json
    ? { nodeKey: fromHex(json.nodeKey) }
    : { validators: json.validators.map(({ from, validators }) => knownSet(from, validators.map(({ key, power }) => ({ key: fromHex(key), power })))) }),
  ...(json.previous ? { previous: { lastHeight: json.previous.lastHeight, trust: trustOf(json.previous.trust) } } : {}),
});

const plain = (value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value);

const expectedOf = ({ verdict, steps, facts }: Report): Expected => ({
  verdict,
  failed: steps.filter(({ state }) => state === 'failed').map(({ name }) => name),
  unchecked: steps.filter(({ state }) => state === 'unchecked').map(({ name }) => name),
  facts: Object.fromEntries(Object.entries(facts as object).map(([key, value]) => [key, plain(value)])),
});

export function judge(kind: Kind, vector: Omit<Vector, 'expected'>): Expected {
  const bytes = fromHex(vector.bytes);
  const trust = vector.trust ? trustOf(vector.trust) : undefined;
  if (kind === 'ledger-receipts') return expectedOf(verifyLedgerReceipt(bytes, fromHex(vector.transactionHash!), trust));
  if (kind === 'transaction-receipts') return expectedOf(verifyTransactionReceipt(bytes, trust));
  if (kind === 'state-receipts') return expectedOf(verifyStateReceipt(bytes, trust));
  if (kind === 'header-chains') return expectedOf(verifyHeaderChain(blocksOf(bytes), trust ? { trust } : {}));
  const found = verifyTrustBundle(bytes, vector.genesisHash ? fromHex(vector.genesisHash) : undefined);
  return { ...expectedOf(found.report), trust: found.trust ? trustJson(found.trust) : null };
}

type Row = readonly [header: Uint8Array, attestation: Uint8Array | null, transactions: readonly Uint8Array[] | null];

const blocksOf = (bytes: Uint8Array) =>
  (unwrap(decodeCbor(bytes)) as readonly Row[]).map(([header, attestation, transactions]) => ({
    header,
    attestation: attestation ? unwrap(decodeAttestation(attestation)) : undefined,
    ...(transactions ? { transactions } : {}),
  }));

type Given = Omit<Vector, 'name' | 'about' | 'bytes' | 'expected'>;
const add = (kind: Kind, list: Vector[]) => (name: string, about: string, bytes: Uint8Array, given: Given): void => {
  const vector = { name, about, bytes: toHex(bytes), ...given };
  list.push({ ...vector, expected: judge(kind, vector) });
};

const flip = (bytes: Uint8Array, at = 5): Uint8Array => bytes.with(at, bytes[at]! ^ 1);
/** Decodes, lets `change` work on the parts, encodes again. */
function edited<T = Cbor[]>(bytes: Uint8Array, change: (parts: T) => void): Uint8Array {
  const parts = unwrap(decodeCbor(bytes)) as T;
  change(parts);
  return encodeCbor(parts as Cbor);
}
const inItem = (at: number, change: (parts: Cbor[]) => void) => (parts: Cbor[]): void => void (parts[at] = edited(parts[at] as Uint8Array, change));

const embedded = attestedLedger({ chainId: 'test-old', attester: nodeAttester, blocks: 6 });
const network = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 8 });
const goesOn = attestedLedger({ chainId: 'test-new', attester: changingSets, blocks: 4, previous: embedded.last().previous });
const again = attestedLedger({ chainId: 'test-newer', attester: changingSets, blocks: 4, previous: network.last().previous });
const third = attestedLedger({ chainId: 'test-newest', attester: nodeAttester, blocks: 3, previous: goesOn.last().previous });
const threeLedgers = third.bundle({ ...goesOn.last().ledger, bundle: goesOn.bundle(embedded.last().ledger) });
const alone = attestedLedger({ chainId: 'test-one', attester: { kind: 'validators', sets: [[0, signers({ alone: 1 })]] }, blocks: 3 });
const uneven: Attester = { kind: 'validators', sets: [[0, signers({ heavy: 70, b: 10, c: 10, d: 10 })]] };
const bundleTrust = (bytes: Uint8Array): TrustJson => trustJson(verifyTrustBundle(bytes).trust!);
const nodeTrust = bundleTrust(embedded.bundle());
const fullTrust = bundleTrust(network.bundle());
const genesisTrust = trustJson(trustOfGenesis(network.genesis) as Trust);
const afterOld = bundleTrust(goesOn.bundle(embedded.last().ledger));

const hashAt = (ledger: typeof network, index: number): string => toHex(transactionHash(ledger.transactions[index]!));

/** Places in the lists of a ledger receipt and of an attestation by validators. */
const COSE = 1;
const HEADER = 2;
const ATTESTATION = 3;
const ISSUER = 4;
/** In a header. */
const STATE_ROOT = Object.keys(headerFields).indexOf('stateRoot');
const [HEIGHT, ROUND, PARTS, HINT, NEXT, SIBLINGS, SECONDS, VOTES] = [1, 2, 4, 5, 6, 7, 8, 9] as const;

function ledgerVectors(): Vector[] {
  const list: Vector[] = [];
  const vector = add('ledger-receipts', list);
  const about = { transactionHash: hashAt(network, 1), trust: fullTrust };
  const honest = network.receipt(1, 4);
  const said = (name: string, text: string, change: (parts: Cbor[]) => void, given: Given = about, of = honest): void => vector(name, text, edited(of, change), given);
  const oldAbout = { transactionHash: hashAt(embedded, 1), trust: nodeTrust };

  vector('node', 'Attested by one node.', embedded.receipt(1, 4), oldAbout);
  vector('validators of the genesis', 'Attested by three of four validators.', network.receipt(1, 2), { ...about, trust: genesisTrust });
  vector('block that changes the validators', 'Attested by the validators before the change; shows who comes next.', network.receipt(1, 3), about);
  vector('after a change', 'Attested by validators that a bundle leads to.', honest, about);
  vector('after two changes', 'Attested by validators that a bundle leads to.', network.receipt(1, 7), about);
  vector('one validator', 'A network of one.', alone.receipt(0, 2), { transactionHash: hashAt(alone, 0), trust: bundleTrust(alone.bundle()) });
  const heavy = attestedLedger({ chainId: 'test-net', attester: uneven, blocks: 3 });
  vector('one signature is enough', 'A validator has more than two thirds of the power.', heavy.receipt(0, 1), { transactionHash: hashAt(heavy, 0), trust: bundleTrust(heavy.bundle()) });
  const patchy = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: 5, lies: { 2: { absent: [0], round: 3 } } });
  vector('one did not vote', 'The other three are enough; a later round.', patchy.receipt(1, 2), { transactionHash: hashAt(patchy, 1), trust: genesisTrust });
  vector('of the ledger before', 'The newer ledger’s genesis names its last block.', embedded.receipt(1, 4), { ...oldAbout, trust: afterOld });
  vector('of the oldest of three ledgers', 'The newest ledger’s bundle leads to it.', embedded.receipt(1, 4), { ...oldAbout, trust: bundleTrust(threeLedgers) });
  vector('after the last block of the oldest of three', 'Each ledger ends where the next one’s genesis says.', attestedLedger({ chainId: 'test-old', attester: nodeAttester, blocks: 9 }).receipt(1, 7), { ...oldAbout, trust: bundleTrust(threeLedgers) });
  vector('without trust', 'Nothing is wrong, but nobody said whom to believe.', honest, { ...about, trust: null });
  vector('node, without trust', 'Nothing is wrong, but nobody said whom to believe.', embedded.receipt(1, 4), { ...oldAbout, trust: null });
  vector('validators too new', 'The verifier knows the genesis only, and validators have changed since.', honest, { ...about, trust: genesisTrust });

  vector('another transaction', 'The receipt is of another transaction.', honest, { ...about, transactionHash: hashAt(network, 2) });
  vector('node, another transaction', 'The receipt is of another transaction.', embedded.receipt(1, 4), { ...oldAbout, transactionHash: hashAt(embedded, 2) });
  vector('another ledger trusted', 'The verifier trusts a ledger with another name.', honest, { ...about, trust: { ...fullTrust, chainId: 'test-net-2' } });
  vector('node, another ledger trusted', 'The verifier trusts a ledger with another name.', embedded.receipt(1, 4), { ...oldAbout, trust: { ...nodeTrust, chainId: 'test-old-2' } });
  vector('a node trusted', 'The verifier believes one node, and gets signatures of validators.', honest, { ...about, trust: { chainId: 'test-net', nodeKey: toHex(ed25519PublicKey(seeded('node key'))) } });
  vector('validators trusted', 'The verifier believes validators, and gets the signature of one node.', embedded.receipt(1, 4), { ...oldAbout, trust: { ...fullTrust, chainId: 'test-old' } });
  vector('another node trusted', 'The verifier trusts another node.', embedded.receipt(1, 4), { ...oldAbout, trust: { chainId: 'test-old', nodeKey: toHex(ed25519PublicKey(seeded('another key'))) } });
  const strangers = attestedLedger({ chainId: 'test-net', attester: { kind: 'validators', sets: [[0, signers({ x: 10, y: 10, z: 10, w: 10 })]] }, blocks: 8 });
  vector('other validators', 'Right in itself, but the whole ledger is somebody else’s.', strangers.receipt(1, 2), { transactionHash: hashAt(strangers, 1), trust: fullTrust });
  vector('validators of long ago', 'The first validators sign for a height at which they have no vote any more.', attestedLedger({ chainId: 'test-net', attester: { kind: 'validators', sets: [[0, signers({ a: 10, b: 10, c: 10, d: 10 })]] }, blocks: 8 }).receipt(1, 4), about);
  vector('after the last block of the ledger before', 'The node of the old ledger goes on signing; the newer genesis vouches for nothing of it.', attestedLedger({ chainId: 'test-old', attester: nodeAttester, blocks: 9 }).receipt(1, 7), { ...oldAbout, trust: afterOld });

  said('too little power', 'One signature less than it takes.', inItem(ATTESTATION, (items) => void (items[VOTES] as Cbor[]).pop()));
  said('one validator thrice', 'The same vote in several places is refused as malformed.', inItem(ATTESTATION, (items) => { const votes = items[VOTES] as Cbor[]; votes.splice(1, votes.length, votes[0]!, votes[0]!); }));
  said('votes out of order', 'Votes are in the order of the validators.', inItem(ATTESTATION, (items) => void (items[VOTES] as Cbor[]).reverse()));
  said('vote of another place', 'A vote is said to be another validator’s.', inItem(ATTESTATION, (items) => { const votes = items[VOTES] as Cbor[][]; votes[votes.length - 1]![0] = 4; }));
  said('vote of nobody', 'There is no such validator.', inItem(ATTESTATION, (items) => { const votes = items[VOTES] as Cbor[][]; votes[votes.length - 1]![0] = 90; }));
  said('vote signature', 'One bit of a signature.', inItem(ATTESTATION, (items) => { const vote = (items[VOTES] as Cbor[][])[1]!; vote[2] = flip(vote[2] as Uint8Array); }));
  said('vote time', 'A vote says another time than the one that was signed.', inItem(ATTESTATION, (items) => { const vote = (items[VOTES] as Cbor[][])[1]!; vote[1] = (vote[1] as number) + 1; }));
  said('time in another form', 'A second earlier, and 10^9 nanoseconds more for each vote.', inItem(ATTESTATION, (items) => { items[SECONDS] = (items[SECONDS] as number) - 1; for (const vote of items[VOTES] as Cbor[][]) vote[1] = (vote[1] as number) + 1_000_000_000; }));
  said('consensus height', 'Another consensus height, of the same validators.', inItem(ATTESTATION, (items) => void (items[HEIGHT] = 9)));
  said('round', 'Another round.', inItem(ATTESTATION, (items) => void (items[ROUND] = 1)));
  said('part set', 'One bit of the part set’s hash.', inItem(ATTESTATION, (items) => void (items[PARTS] = flip(items[PARTS] as Uint8Array))));
  said('hint of unknown validators', 'It claims to be of validators that nobody knows, at a height at which they are known.', inItem(ATTESTATION, (items) => void (items[HINT] = flip(items[HINT] as Uint8Array, 0))));
  said('next validators', 'It claims a change of the validators.', inItem(ATTESTATION, (items) => void (items[NEXT] = seeded('next'))));
  said('siblings', 'One bit beside the shown fields.', inItem(ATTESTATION, (items) => void (items[SIBLINGS] = flip(items[SIBLINGS] as Uint8Array, 100))));
  said('a sibling too few', 'The last hash is missing.', inItem(ATTESTATION, (items) => void (items[SIBLINGS] = (items[SIBLINGS] as Uint8Array).slice(0, -32))));
  said('unknown attestation', 'An engine that this version does not know.', inItem(ATTESTATION, (items) => void (items[0] = 3)));
  said('attestation of another block', 'The attestation is block 3’s.', (parts) => void (parts[ATTESTATION] = encodeAttestation(network.at(3).attestation)));
  said('attestation of another ledger', 'The same validators, the same heights, another chain id.', (parts) => void (parts[ATTESTATION] = encodeAttestation(attestedLedger({ chainId: 'test-net-2', attester: changingSets, blocks: 8 }).at(4).attestation)));
  said('header', 'One bit of the header’s state root.', inItem(HEADER, (fields) => void (fields[STATE_ROOT] = flip(fields[STATE_ROOT] as Uint8Array))));
  said('header with names', 'The same fields as a map.', (parts) => void (parts[HEADER] = encodeCbor({ v: 1, ...network.at(4).header })));
  said('header with more', 'A field more than the format has.', inItem(HEADER, (fields) => void fields.push(0)));
  said('header with less', 'A field less than the format has.', inItem(HEADER, (fields) => void fields.pop()));
  said('header of another version', 'A version that this verifier does not know.', inItem(HEADER, (fields) => void (fields[0] = 2)));
  said('fields of the header exchanged', 'Two fields of one form stand in each other’s place.', inItem(HEADER, (fields) => void fields.splice(STATE_ROOT - 1, 2, fields[STATE_ROOT]!, fields[STATE_ROOT - 1]!)));
  said('issuer', 'Another issuer than the one that signed.', (parts) => void (parts[ISSUER] = ed25519PublicKey(seeded('another key'))));
  said('issuer left out', 'It is claimed that the block’s maker signed.', (parts) => void (parts[ISSUER] = new Uint8Array(0)));
  said('issuer named needlessly', 'A key that is the block’s maker’s is left out.', (parts) => void (parts[ISSUER] = embedded.genesis.proposer), oldAbout, embedded.receipt(1, 4));
  said('version', 'A version that this verifier does not know.', (parts) => void (parts[0] = 2));
  said('more', 'An item more than the format has.', (parts) => void parts.push(0));
  said('less', 'An item less than the format has.', (parts) => void parts.pop());
  said('node, header', 'One bit of the header’s state root.', inItem(HEADER, (fields) => void (fields[STATE_ROOT] = flip(fields[STATE_ROOT] as Uint8Array))), oldAbout, embedded.receipt(1, 4));
  vector('node signature', 'One bit of the block’s signature.', edited(embedded.receipt(1, 4), inItem(ATTESTATION, (items) => void (items[1] = flip(items[1] as Uint8Array)))), oldAbout);
  inCose('COSE signature', 'One bit.', (parts) => void (parts[3] = flip(parts[3])));
  inCose('algorithm', 'The protected header names the polymorphic EdDSA (−8).', (parts) => void (parts[0] = encodeCbor(new Map([[1, -8], [395, 1]]))));
  inCose('payload attached', 'The root stands in the payload instead of being computed.', (parts) => void (parts[2] = network.at(4).header.logRoot));
  inProof('index', 'The transaction is claimed to be at another position.', (proof) => void (proof[1] = 2));
  inProof('size', 'Another size of the log than the header’s.', (proof) => void (proof[0] = 6));
  inProof('path', 'One bit of the path.', (proof) => { const path = proof[2] as Uint8Array[]; path[0] = flip(path[0]!); });
  vector('trailing byte', 'One byte after the end.', concat(honest, Uint8Array.of(0)), about);
  vector('cut off', 'The last byte is missing.', honest.slice(0, -1), about);
  vector('empty', 'No bytes.', new Uint8Array(0), about);
  return list;

  function inCose(name: string, text: string, change: (parts: [Uint8Array, Map<number, Cbor>, Cbor, Uint8Array]) => void): void {
    said(name, text, (parts) => {
      const sign1 = [...((unwrap(decodeCbor(parts[COSE] as Uint8Array, { maps: true })) as Tagged).value as Cbor[])] as [Uint8Array, Map<number, Cbor>, Cbor, Uint8Array];
      change(sign1);
      parts[COSE] = encodeCbor(tagged(18, sign1));
    });
  }
  function inProof(name: string, text: string, change: (proof: Cbor[]) => void): void {
    inCose(name, text, (parts) => {
      const proofs = (parts[1].get(396) as Map<number, Uint8Array[]>).get(-1)!;
      proofs[0] = edited(proofs[0]!, change);
    });
  }
}

type Receipt = Record<'transaction' | 'operation' | 'ledger', Cbor>;

function transactionVectors(): Vector[] {
  const list: Vector[] = [];
  const vector = add('transaction-receipts', list);
  const given = { trust: fullTrust };
  const subject = network.transactions[1]!;
  const ledger = network.receipt(1, 4);
  const whole = encodeTransactionReceipt({ about: 'transaction', subject, ledger });
  const proof = (of: Uint8Array, index: number): Uint8Array => encodeOperationProof(unwrap(proveOperation(of, index)));
  const one = encodeTransactionReceipt({ about: 'operation', subject: proof(subject, 1), ledger });
  vector('whole transaction', 'All operations.', whole, given);
  vector('one operation', 'The second of two.', one, given);
  vector('without trust', 'Nothing is wrong, but nobody said whom to believe.', one, { trust: null });
  vector('another transaction', 'The ledger receipt is of another one.', encodeTransactionReceipt({ about: 'transaction', subject: network.transactions[2]!, ledger }), given);
  vector('operation of another transaction', 'The operation is shown in another transaction.', encodeTransactionReceipt({ about: 'operation', subject: proof(network.transactions[2]!, 1), ledger }), given);
  vector('operation', 'One bit of the operation’s id.', edited<Receipt>(one, (map) => void (map.operation = edited(map.operation as Uint8Array, (parts) => void (parts[1] = edited<Record<string, Cbor>>(parts[1] as Uint8Array, (operation) => void (operation['id'] = flip(operation['id'] as Uint8Array))))))), given);
  vector('place of the operation', 'The other place.', edited<Receipt>(one, (map) => void (map.operation = edited(map.operation as Uint8Array, (parts) => void (parts[2] = 0)))), given);
  vector('signature of the sender', 'One bit; the ledger has taken no such transaction.', edited<Receipt>(whole, (map) => void (map.transaction = edited(map.transaction as Uint8Array, (parts) => void (parts[1] = flip(parts[1] as Uint8Array))))), given);
  vector('an operation less', 'The operations are not those that were signed.', edited<Receipt>(whole, (map) => void (map.transaction = edited(map.transaction as Uint8Array, (parts) => void (parts[2] as Cbor[]).pop()))), given);
  const foreign = attestedLedger({ chainId: 'test-other', attester: changingSets, blocks: 8 });
  vector('transaction for another ledger', 'The transaction is of another ledger.', encodeTransactionReceipt({ about: 'transaction', subject: foreign.transactions[1]!, ledger }), given);
  vector('about both', 'A transaction and an operation.', edited<Receipt>(whole, (map) => void (map.operation = proof(subject, 0))), given);
  vector('about nothing', 'Neither a transaction nor an operation.', edited<Receipt>(whole, (map) => void (map.transaction = null)), given);
  return list;
}

function stateVectors(): Vector[] {
  const list: Vector[] = [];
  const vector = add('state-receipts', list);
  const given = { trust: fullTrust };
  for (const [name, id] of Object.entries(grants)) vector(`grant: ${name}`, 'The plain sentence is among the facts.', network.stateReceipt(grantKey(id), 6), given);
  vector('another value', 'Not a grant.', network.stateReceipt('members/city-hospital', 6), given);
  vector('another key without a value', 'Not a grant.', network.stateReceipt('members/nobody', 6), given);
  vector('attested by a node', 'Absence on the embedded engine.', embedded.stateReceipt(grantKey(grants.none), 3), { trust: nodeTrust });
  vector('of the ledger before', 'The newer genesis vouches for it.', embedded.stateReceipt(grantKey(grants.none), 3), { trust: afterOld });
  vector('without trust', 'Nothing is wrong, but nobody said whom to believe.', network.stateReceipt(grantKey(grants.none), 6), { trust: null });
  const held = network.stateReceipt(grantKey(grants.closed), 6);
  const none = network.stateReceipt(grantKey(grants.none), 6);
  type Map_ = Record<string, Cbor>;
  const said = (name: string, text: string, bytes: Uint8Array, change: (map: Map_) => void): void => vector(name, text, edited<Map_>(bytes, change), given);
  said('value', 'One bit of the value.', held, (map) => void (map['value'] = flip(map['value'] as Uint8Array, 40)));
  said('denied', 'A grant that exists is said not to exist.', held, (map) => void (map['value'] = null));
  said('invented', 'A grant that does not exist is said to.', none, (map) => void (map['value'] = (unwrap(decodeCbor(held)) as Map_)['value']!));
  said('another key', 'The proof of absence of one key, for another.', none, (map) => void (map['key'] = (unwrap(decodeCbor(held)) as Map_)['key']!));
  said('tree', 'One bit of a sibling.', held, (map) => void (map['proof'] = edited<Map_>(map['proof'] as Uint8Array, (proof) => void (proof['tree'] = edited<Map_>(proof['tree'] as Uint8Array, (tree) => { const siblings = tree['siblings'] as Uint8Array[]; siblings[0] = flip(siblings[0]!); })))));
  said('attestation of another block', 'The attestation is block 3’s.', held, (map) => void (map['proof'] = edited<Map_>(map['proof'] as Uint8Array, (proof) => void (proof['attestation'] = encodeAttestation(network.at(3).attestation)))));
  said('another type', 'It says it is something else.', held, (map) => void (map['type'] = 'careledger/state-receipt/2'));
  vector('empty', 'No bytes.', new Uint8Array(0), given);
  return list;
}

function bundleVectors(): Vector[] {
  const list: Vector[] = [];
  const vector = add('trust-bundles', list);
  const known = { genesisHash: toHex(network.at(0).header.previousHash) };
  const whole = network.bundle();
  const [first, second] = network.changes as [(typeof network.changes)[number], (typeof network.changes)[number]];
  const bundle = (changes: typeof network.changes): Uint8Array => encodeTrustBundle({ genesis: network.genesisBytes, changes, previous: null });
  vector('two changes', 'Each is confirmed by the validators before.', whole, known);
  vector('nobody knows the genesis', 'The bundle’s own genesis is believed.', whole, { genesisHash: null });
  vector('no change', 'The validators of the genesis.', bundle([]), known);
  vector('one change', 'A bundle of some time ago.', bundle([first]), known);
  vector('one node', 'The embedded engine.', embedded.bundle(), { genesisHash: null });
  vector('goes on from one node', 'The ledger before was one node’s.', goesOn.bundle(embedded.last().ledger), { genesisHash: null });
  vector('goes on from validators', 'The ledger before had validators that changed.', again.bundle(network.last().ledger), { genesisHash: null });
  vector('goes on twice', 'One node, then validators, then one node.', threeLedgers, { genesisHash: null });
  vector('another genesis', 'The verifier knows another one.', whole, { genesisHash: toHex(seeded('genesis')) });
  vector('a change left out', 'The second change is not confirmed by the first validators.', bundle([second]), known);
  vector('changes out of order', 'The later one comes first.', bundle([second, first]), known);
  vector('a change twice', 'The same change again.', bundle([first, first]), known);
  vector('other validators', 'Not the validators that were confirmed.', bundle([{ ...first, validators: second.validators }]), known);
  vector('more power', 'A validator gets more power than was confirmed.', bundle([{ ...first, validators: first.validators.map(({ key, power }, i) => ({ key, power: i === 0 ? power + 1 : power })) }]), known);
  vector('a block that changes nothing', 'Its validators stay the same.', bundle([{ header: network.at(2).headerBytes, attestation: network.at(2).attestation, validators: first.validators }]), known);
  vector('header of another block', 'The attestation is not of this block.', bundle([{ ...first, header: network.at(4).headerBytes }]), known);
  vector('changes on one node', 'A ledger with one node has no validators.', encodeTrustBundle({ genesis: embedded.genesisBytes, changes: [first], previous: null }), { genesisHash: null });
  vector('another last block', 'Not the block that the genesis names.', goesOn.bundle({ ...embedded.last().ledger, header: embedded.at(4).headerBytes }), { genesisHash: null });
  vector('last block not attested', 'The signature is another block’s.', goesOn.bundle({ ...embedded.last().ledger, attestation: embedded.at(4).attestation }), { genesisHash: null });
  vector('another ledger before', 'The bundle of the ledger before is another ledger’s.', goesOn.bundle({ ...embedded.last().ledger, bundle: alone.bundle() }), { genesisHash: null });
  vector('no ledger before', 'The genesis names none.', network.bundle(embedded.last().ledger), known);
  vector('cut off', 'The last byte is missing.', whole.slice(0, -1), known);
  vector('empty', 'No bytes.', new Uint8Array(0), known);
  return list;
}

function chainVectors(): Vector[] {
  const list: Vector[] = [];
  const vector = add('header-chains', list);
  const given = { trust: fullTrust };
  const rows = (ledger: typeof network, attested: (height: number) => boolean = () => true): Row[] =>
    ledger.blocks.map(({ header, headerBytes, attestation, transactions }) => [headerBytes, attested(header.height) ? encodeAttestation(attestation) : null, transactions]);
  const bytes = (list_: readonly Row[]): Uint8Array => encodeCbor(list_);
  const all = rows(network);
  vector('every block attested', 'Validators that change twice.', bytes(all), given);
  vector('the last block attested', 'Its header names the one before it, and so on.', bytes(rows(network, (height) => height === 7)), given);
  vector('the last block not attested', 'Nothing attests the newest two.', bytes(rows(network, (height) => height < 6)), given);
  vector('nothing attested', 'Headers alone.', bytes(rows(network, () => false)), given);
  vector('headers only', 'Without transactions.', bytes(all.map(([header, attestation]) => [header, attestation, null])), given);
  vector('attested by a node', 'The embedded engine.', bytes(rows(embedded)), { trust: nodeTrust });
  vector('without trust', 'Nobody said whom to believe.', bytes(all), { trust: null });
  vector('validators too new', 'The verifier knows the genesis only.', bytes(all), { trust: genesisTrust });
  vector('a block left out', 'Block 4 is missing.', bytes(all.toSpliced(4, 1)), given);
  vector('an attestation of another block', 'Block 4 has the one of block 2.', bytes(all.with(4, [all[4]![0], all[2]![1], all[4]![2]])), given);
  vector('other transactions', 'Block 4 has those of block 7.', bytes(all.with(4, [all[4]![0], all[4]![1], all[7]![2]])), given);
  return list;
}

/** File name → what belongs into it. */
export const generated = (): Readonly<Record<Kind, readonly Vector[]>> => ({
  'ledger-receipts': ledgerVectors(),
  'transaction-receipts': transactionVectors(),
  'state-receipts': stateVectors(),
  'trust-bundles': bundleVectors(),
  'header-chains': chainVectors(),
});

if (import.meta.main) {
  for (const [name, content] of Object.entries(generated()))
    writeFileSync(new URL(`${name}.json`, import.meta.url), `[\n${content.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`);
}
