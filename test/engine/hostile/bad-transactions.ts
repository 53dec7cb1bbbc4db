/** What somebody may send instead of a transaction, and the code with which every engine refuses it. */
import { ed25519Sign } from '#ed25519';
import { concat, utf8 } from '../../../src/base/bytes.ts';
import { encodeCbor, type Cbor } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import { bodyFields, MAX_LIFETIME_BLOCKS, MAX_OPERATIONS } from '../../../src/ledger/transaction/schema.ts';
import { encodeOperation, operationsRoot } from '../../../src/ledger/transaction/operation-tree.ts';
import { signTransactionWith } from '../../../src/ledger/transaction/sign.ts';
import { signingInput, splitTransaction } from '../../../src/ledger/transaction/transaction.ts';
import { itemsOf, parseItem, writeItem } from '../../fuzz/cbor-item.ts';
import { genesis, keyOf, openGrant, random, rawBody, rawList, seedOf, signRaw, transactionOf } from '../../support/ledger.ts';
import { edgeCases, type EdgeCase } from '../../vectors/ed25519/cases.ts';

export interface BadTransaction {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: string;
}

const bad = (code: string, cases: Readonly<Record<string, Uint8Array>>): readonly BadTransaction[] =>
  Object.entries(cases).map(([name, bytes]) => ({ name, bytes, code: `ledger.${code}` }));

/** `known` is on the ledger already; `height` is the head's. */
export function badTransactions(known: Uint8Array, height: number): readonly BadTransaction[] {
  const honest = transactionOf('hospital', [openGrant(), openGrant()], { expiryHeight: height + 100 });
  const { body, signature, operations } = unwrap(splitTransaction(honest));
  const expiryHeight = height + 100;
  const raw = (changes: Readonly<Record<string, unknown>>, list?: readonly unknown[]) =>
    signRaw('hospital', { ...rawBody('hospital', { expiryHeight }), ...changes }, list);
  const without = (name: string) => {
    const { [name]: _, ...rest } = { ...rawBody('hospital', { expiryHeight }), operationCount: 1, operationsRoot: random(32) } as Record<
      string,
      unknown
    >;
    return signRaw('hospital', encodeCbor(rawList(bodyFields, rest)));
  };
  const grant = openGrant();
  const signedOperations = { operationCount: 1, operationsRoot: operationsRoot([encodeOperation(grant)]) };
  return [
    ...bad('malformed', {
      'no bytes': new Uint8Array(0),
      'one byte': Uint8Array.of(0x83),
      'random bytes': random(200),
      text: utf8('{"op":"grants.open"}'),
      'an empty list': encodeCbor([]),
      'a list that claims 2^63 elements': Uint8Array.of(0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      'lists, 100,000 deep': new Uint8Array(100_000).fill(0x81),
      'something behind it': concat(honest, Uint8Array.of(0)),
      'its last byte missing': honest.subarray(0, -1),
      'its short form': encodeCbor([body, signature]),
      'no operations': encodeCbor([body, signature, []]),
      'operations left out': encodeCbor([body, signature, operations.slice(1)]),
      'operations in another order': encodeCbor([body, signature, operations.toReversed()]),
      'an operation twice': encodeCbor([body, signature, [...operations, operations[0]!]]),
      'a signature of 63 bytes': encodeCbor([body, signature.subarray(1), [...operations]]),
      'a fourth element': encodeCbor([body, signature, [...operations], null]),
      'a tag around it': concat(Uint8Array.of(0xd2), honest),
      'another version': raw({ v: 2 }),
      'a negative expiry': raw({ expiryHeight: -1 }),
      'an expiry that is text': raw({ expiryHeight: '100' }),
      'a short salt': raw({ salt: random(7) }),
      'a field too many': raw({ fee: 1 }),
      'a prototype as field': raw({ ['__proto__']: 1 }),
      'no sender': without('sender'),
      'no salt': without('salt'),
      'a body of two fields': signRaw('hospital', encodeCbor([1, 2])),
      'a body with names': signRaw('hospital', encodeCbor({ ...rawBody('hospital', { expiryHeight }), ...signedOperations } as Cbor), [grant]),
      'an operation with a field too many': raw({}, [{ ...openGrant(), note: 'for Mr. N.' }]),
      'an operation that lacks a field': raw({}, [{ op: 'grants.open', id: random(32) }]),
      'an operation with a day that does not come': raw({}, [openGrant({ expiryDay: 1_000_000 })]),
      'the name of a patient where a commitment stands': raw({}, [{ ...openGrant(), commitment: 'a name' }]),
    }),
    ...bad('too-large', { '300,000 bytes': random(300_000), 'too many operations': tooMany(expiryHeight) }),
    ...bad('unknown-operation', {
      'an operation that nobody knows': raw({}, [{ op: 'grants.forget' }]),
      'an operation by the name of a method': raw({}, [{ op: 'constructor' }]),
      'an operation that is no map': raw({}, [[1]]),
      'an operation without a name': raw({}, [{ id: random(32) }]),
    }),
    ...bad('wrong-chain', { 'for another ledger': transactionOf('hospital', [openGrant()], { chainId: 'other', expiryHeight }) }),
    ...bad('expired', { expired: transactionOf('hospital', [openGrant()], { expiryHeight: height }) }),
    ...bad('expiry-too-far', { 'valid for too long': transactionOf('hospital', [openGrant()], { expiryHeight: height + MAX_LIFETIME_BLOCKS + 2 }) }),
    ...bad('replayed', { 'once more': known }),
    ...bad('not-a-member', {
      'by a stranger': transactionOf('stranger', [openGrant()], { expiryHeight }),
      'by the node': transactionOf('node', [openGrant()], { expiryHeight }),
    }),
    ...bad('bad-signature', {
      'signed by another': encodeCbor([body, ed25519Sign(seedOf('clinic'), signingInput(body)), [...operations]]),
      'signed without the domain': encodeCbor([body, ed25519Sign(seedOf('hospital'), body), [...operations]]),
      'signed for something else': encodeCbor([body, ed25519Sign(seedOf('hospital'), utf8('else')), [...operations]]),
      'not signed': encodeCbor([body, new Uint8Array(64), [...operations]]),
    }),
    ...widened(honest),
  ];
}

const tooMany = (expiryHeight: number): Uint8Array =>
  signRaw(
    'hospital',
    rawBody('hospital', { expiryHeight }),
    Array.from({ length: MAX_OPERATIONS + 1 }, () => ({ op: 'x' })),
  );

/** The same transaction with one length or number written longer than it has to be, at every place there is. */
function widened(honest: Uint8Array): readonly BadTransaction[] {
  const places = itemsOf(parseItem(honest)!).length;
  return Array.from({ length: places }, (_, place) => {
    const root = parseItem(honest)!;
    itemsOf(root)[place]!.width = 8;
    return { name: `item ${place} in a longer form`, bytes: writeItem(root), code: 'ledger.malformed' };
  });
}

/** Members with every key of the edge cases of Ed25519: what is refused is refused for the signature alone. */
const keys = new Map(edgeCases().map(({ publicKey }) => [Buffer.from(publicKey).toString('hex'), publicKey]));
export const edgeMembers = Array.from(keys.values(), (signingKey, i) => ({
  org: `edge-${i}`,
  name: `Edge ${i}`,
  kind: 'clinic' as const,
  signingKey,
  hpkeKey: keyOf(`edge hpke ${i}`),
  tlsKey: keyOf(`edge tls ${i}`),
}));

export const edgeTransactions = (height: number): readonly (EdgeCase & { readonly bytes: Uint8Array })[] =>
  edgeCases().map((edge) => {
    const unsigned = { chainId: genesis.chainId, expiryHeight: height + 100, salt: random(8), operations: [openGrant()] };
    return { ...edge, bytes: signTransactionWith(unsigned, edge.publicKey, edge.sign) };
  });
