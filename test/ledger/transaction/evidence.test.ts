/** Hash paths travel beside the signed body: bound to it, but not needed to identify or to show the transaction. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '#sha256';
import { toHex } from '../../../src/base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import type { Operation } from '../../../src/ledger/operations.ts';
import { checkTransaction } from '../../../src/ledger/transaction/check.ts';
import { signTransaction } from '../../../src/ledger/transaction/sign.ts';
import { decodeShortTransaction, decodeTransaction, shortForm, transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { chainId, orgSeed, seeded } from '../../support/receipts.ts';

const anchor = (i: number, hashes: number): Operation => ({
  op: 'anchors.anchor',
  org: 'city-hospital',
  size: 100 + i,
  root: seeded(`root ${i}`),
  path: Array.from({ length: hashes }, (_, at) => seeded(`path ${i} ${at}`)),
});
const close: Operation = { op: 'grants.close', id: seeded('grant'), signature: new Uint8Array(64) };
const sign = (operations: readonly Operation[]): Uint8Array =>
  signTransaction({ chainId, expiryHeight: 9, salt: seeded('salt').slice(0, 8), operations }, orgSeed);

const operations = [anchor(0, 3), close, anchor(1, 0), anchor(2, 54)];
const signed = sign(operations);
const [body, signature, evidence] = unwrap(decodeCbor(signed)) as [Uint8Array, Uint8Array, Uint8Array];
const withEvidence = (bytes: Uint8Array): string => {
  const decoded = decodeTransaction(encodeCbor([body, signature, bytes]));
  return decoded.ok ? 'accepted' : decoded.error.code;
};

const withoutPath = ({ path: _path, ...rest }: { readonly path: unknown }): object => rest;

describe('a transaction with evidence', () => {
  it('comes back whole', () => {
    const decoded = unwrap(checkTransaction(signed, chainId));
    expect(decoded.operations).toEqual(operations);
    expect(toHex(decoded.hash)).toBe(toHex(transactionHash(signed)));
  });

  it('has the hash of its short form, whatever the evidence', () => {
    const short = unwrap(shortForm(signed));
    expect(toHex(transactionHash(signed))).toBe(toHex(sha256(short)));
    expect(toHex(transactionHash(short))).toBe(toHex(transactionHash(signed)));
    expect(() => transactionHash(new Uint8Array(9))).toThrow(RangeError);
    const decoded = unwrap(decodeShortTransaction(short));
    expect(decoded.operations).toEqual(operations.map((operation) => ('path' in operation ? withoutPath(operation) : operation)));
    expect(toHex(decoded.evidenceHash)).toBe(toHex(sha256(evidence)));
    expect(short.length).toBeLessThan(signed.length - 57 * 32);
  });

  it('is refused with any other evidence', () => {
    const lists = unwrap(decodeCbor(evidence)) as Uint8Array[][];
    expect(withEvidence(evidence)).toBe('accepted');
    const others = [
      new Uint8Array(0),
      encodeCbor([]),
      encodeCbor(lists.slice(1)),
      encodeCbor([...lists, []]),
      encodeCbor(lists.toReversed()),
      evidence.with(20, evidence[20]! ^ 1),
    ];
    for (const other of others) expect(withEvidence(other)).toBe('ledger.malformed');
  });

  it('is refused when the evidence is bound but does not fit the operations', () => {
    const rebound = (bytes: Uint8Array): string => {
      const map = unwrap(decodeCbor(body)) as Record<string, never>;
      const decoded = decodeTransaction(
        encodeCbor([encodeCbor({ ...map, evidenceHash: bytes.length === 0 ? bytes : sha256(bytes) }), signature, bytes]),
      );
      return decoded.ok ? 'accepted' : decoded.error.code;
    };
    const lists = unwrap(decodeCbor(evidence)) as Uint8Array[][];
    expect(rebound(evidence)).toBe('accepted');
    expect(rebound(encodeCbor(lists))).toBe('accepted');
    for (const other of [
      [],
      lists.slice(1),
      [...lists, []],
      [lists[0]!, [], [new Uint8Array(31)]],
      [lists[0]!, [], Array.from({ length: 55 }, () => seeded('x'))],
      0,
      'text',
      [[0], [], []],
    ]) {
      expect(rebound(encodeCbor(other)), JSON.stringify(other)?.slice(0, 40)).toBe('ledger.malformed');
    }
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x9f, 0xff), Uint8Array.of(1, 2, 3)]) expect(rebound(bytes)).toBe('ledger.malformed');
  });

  it('is refused when the body carries a path itself', () => {
    const map = unwrap(decodeCbor(body)) as { operations: object[] };
    const stuffed = encodeCbor({ ...map, operations: [{ ...map.operations[0]!, path: [] }, ...map.operations.slice(1)] } as never);
    const decoded = decodeTransaction(encodeCbor([stuffed, signature, evidence]));
    expect(decoded.ok ? 'accepted' : decoded.error.code).toBe('ledger.malformed');
  });
});

describe('a transaction without evidence', () => {
  it('says so with empty strings, and with nothing else', () => {
    const plain = sign([close]);
    const [plainBody, plainSignature, none] = unwrap(decodeCbor(plain)) as [Uint8Array, Uint8Array, Uint8Array];
    expect(none.length).toBe(0);
    expect((unwrap(decodeCbor(plainBody)) as { evidenceHash: Uint8Array }).evidenceHash.length).toBe(0);
    expect(unwrap(decodeTransaction(plain)).operations).toEqual([close]);
    expect(decodeTransaction(encodeCbor([plainBody, plainSignature, encodeCbor([])])).ok).toBe(false);
    expect(decodeTransaction(encodeCbor([plainBody, plainSignature])).ok).toBe(false);
  });
});
