import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '../../src/base/bytes.ts';
import { encode as encodeWithCborg, rfc8949EncodeOptions } from 'cborg';
import { decodeCbor, encodeCbor, type Cbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { bodyFields, MAX_OPERATIONS, MAX_TRANSACTION_BYTES } from '../../src/ledger/transaction/schema.ts';
import { signTransaction } from '../../src/ledger/transaction/sign.ts';
import { encodeOperation, operationsRoot } from '../../src/ledger/transaction/operation-tree.ts';
import { decodeTransaction } from '../../src/ledger/transaction/transaction.ts';
import { genesis, keyOf, openGrant, random, rawBody, rawList, seedOf, signRaw, transactionOf } from '../support/ledger.ts';

const { chainId } = genesis;
const good = (changes: Readonly<Record<string, unknown>> = {}) => rawBody('hospital', changes);
const grant = openGrant();
const signed = (body: Readonly<Record<string, unknown>> | Uint8Array): Uint8Array => signRaw('hospital', body, [grant]);
const signedOver = (operations: Parameters<typeof signRaw>[2]): Uint8Array => signRaw('hospital', good(), operations);
const whole = () => ({ ...good(), operationCount: 1, operationsRoot: operationsRoot([encodeOperation(grant)]) });
const without = (name: string): Record<string, unknown> => Object.fromEntries(Object.entries(good()).filter(([key]) => key !== name));

describe('a transaction', () => {
  it('gives back what was signed', () => {
    const operations = [openGrant(), openGrant()];
    const salt = random(8);
    const bytes = signTransaction({ chainId, expiryHeight: 77, salt, operations }, seedOf('clinic'));
    const decoded = unwrap(checkTransaction(bytes, chainId));
    expect(decoded).toMatchObject({ chainId, expiryHeight: 77, sender: keyOf('clinic') });
    expect(toHex(decoded.salt)).toBe(toHex(salt));
    expect(decoded.operations.map((operation) => toHex((operation as { id: Uint8Array }).id))).toEqual(operations.map(({ id }) => toHex(id)));
  });

  it('is fine as the cases below are but for one thing', () => {
    expect(checkTransaction(signed(encodeCbor(rawList(bodyFields, whole()))), chainId).ok).toBe(true);
  });

  const bad: Readonly<Record<string, readonly [bytes: () => Uint8Array, code: string]>> = {
    'no bytes': [() => new Uint8Array(0), 'ledger.malformed'],
    'random bytes': [() => random(300), 'ledger.malformed'],
    text: [() => utf8('{"v":1}'), 'ledger.malformed'],
    'bytes after the end': [() => concat(transactionOf('hospital', [openGrant()]), new Uint8Array([0])), 'ledger.malformed'],
    'a cut off end': [() => transactionOf('hospital', [openGrant()]).slice(0, -1), 'ledger.malformed'],
    'a length in longer form': [() => concat(new Uint8Array([0x98, 3]), transactionOf('hospital', [openGrant()]).subarray(1)), 'ledger.malformed'],
    'a body whose fields have names': [() => signed(encodeCbor(whole() as Cbor)), 'ledger.malformed'],
    'two fields of a body in each other’s place': [
      () => {
        const [v, chain, sender, expiry, salt, count, root] = rawList(bodyFields, whole()) as Cbor[];
        return signed(encodeCbor([v!, chain!, sender!, count!, salt!, expiry!, root!]));
      },
      'ledger.malformed',
    ],
    'another version': [() => signed({ ...good(), v: 2 }), 'ledger.malformed'],
    'no salt': [() => signed(without('salt')), 'ledger.malformed'],
    'a short salt': [() => signed({ ...good(), salt: random(7) }), 'ledger.malformed'],
    'a field too many': [() => signed({ ...good(), memo: 'x' }), 'ledger.malformed'],
    'a sender that is no key': [() => signed({ ...good(), sender: random(31) }), 'ledger.malformed'],
    'a negative expiry': [() => signed({ ...good(), expiryHeight: -1 }), 'ledger.malformed'],
    'a fractional expiry': [
      () => signed(encodeWithCborg(rawList(bodyFields, { ...whole(), expiryHeight: 1.5 }), rfc8949EncodeOptions)),
      'ledger.malformed',
    ],
    'operations that were not signed': [() => signed({ ...good(), operationsRoot: random(32) }), 'ledger.malformed'],
    'another number of operations than was signed': [() => signed({ ...good(), operationCount: 2 }), 'ledger.malformed'],
    'a fourth part': [() => encodeCbor([...(unwrap(decodeCbor(signed(good()))) as Cbor[]), 0]), 'ledger.malformed'],
    'an operation that is no byte string': [
      () => encodeCbor([...(unwrap(decodeCbor(signed(good()))) as Cbor[]).slice(0, 2), [0]]),
      'ledger.malformed',
    ],
    'no operations': [() => signedOver([]), 'ledger.malformed'],
    'operations that are no list': [() => signedOver({}), 'ledger.malformed'],
    'an operation that is null': [() => signedOver([null]), 'ledger.unknown-operation'],
    'an operation named like a method': [() => signedOver([{ op: 'toString' }]), 'ledger.unknown-operation'],
    'a field of another type': [() => signedOver([{ ...openGrant(), expiryDay: '12' }]), 'ledger.malformed'],
    'too many operations': [() => signedOver(Array.from({ length: MAX_OPERATIONS + 1 }, () => ({ op: 'x' }))), 'ledger.too-large'],
    'too many bytes': [() => new Uint8Array(MAX_TRANSACTION_BYTES + 1), 'ledger.too-large'],
    'another ledger': [() => transactionOf('hospital', [openGrant()], { chainId: 'other' }), 'ledger.wrong-chain'],
    'a key that did not sign': [() => signed({ ...good(), sender: keyOf('clinic') }), 'ledger.bad-signature'],
    'a small-order key': [() => signed({ ...good(), sender: new Uint8Array(32).fill(1, 0, 1) }), 'ledger.bad-signature'],
  };
  for (const [what, [bytes, code]] of Object.entries(bad))
    it(`is refused with ${code}: ${what}`, () => {
      expect(checkTransaction(bytes(), chainId)).toMatchObject({ ok: false, error: { code, message: expect.any(String) } });
    });

  it('accepts as many operations as the limit says', () => {
    const operations = Array.from({ length: 1_500 }, () => openGrant());
    expect(decodeTransaction(transactionOf('hospital', operations)).ok).toBe(true);
  });

  it('is refused when any single bit of it is another', () => {
    const bytes = transactionOf('hospital', [openGrant()]);
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(checkTransaction(changed, chainId).ok, `bit ${bit}`).toBe(false);
    }
  });
});
