/** Every operation of a batch can be shown by itself, and by no other bytes. */
import { describe, expect, it } from 'vitest';
import { equalBytes, toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import {
  decodeOperationProof,
  encodeOperationProof,
  proveOperation,
  verifyOperationProof,
  type OperationProof,
} from '../../../src/ledger/transaction/operation-proof.ts';
import { transactionHash } from '../../../src/ledger/transaction/transaction.ts';
import { openGrant, random, transactionOf } from '../../support/ledger.ts';

describe('a proof of one operation', () => {
  it.each([1, 2, 3, 5, 8, 100])('shows each operation of a batch of %i', (count) => {
    const operations = Array.from({ length: count }, () => openGrant());
    const signed = transactionOf('hospital', operations);
    for (const [index, operation] of operations.entries()) {
      const bytes = encodeOperationProof(unwrap(proveOperation(signed, index)));
      const proven = unwrap(verifyOperationProof(unwrap(decodeOperationProof(bytes))));
      expect(proven.operation).toEqual(operation);
      expect(proven.index).toBe(index);
      expect(toHex(proven.transaction.hash)).toBe(toHex(transactionHash(signed)));
      expect(bytes.length).toBeLessThan(700);
    }
    expect(() => proveOperation(signed, count)).toThrow(RangeError);
  });

  it('holds for nothing else', () => {
    const signed = transactionOf(
      'hospital',
      Array.from({ length: 6 }, () => openGrant()),
    );
    const other = transactionOf(
      'hospital',
      Array.from({ length: 6 }, () => openGrant()),
    );
    const proof = unwrap(proveOperation(signed, 4));
    const changed: Readonly<Record<string, Partial<OperationProof>>> = {
      'another operation': { operation: unwrap(proveOperation(signed, 3)).operation },
      'another place': { index: 5 },
      'a place outside': { index: 6 },
      'another transaction': { transaction: unwrap(proveOperation(other, 4)).transaction },
      'a path cut short': { path: proof.path.slice(1) },
      'a path too long': { path: [...proof.path, random(32)] },
      'another path': { path: proof.path.map(() => random(32)) },
      'no operation': { operation: random(40) },
      'no transaction': { transaction: random(40) },
    };
    expect(verifyOperationProof(proof).ok).toBe(true);
    for (const [what, change] of Object.entries(changed)) expect(verifyOperationProof({ ...proof, ...change }).ok, what).toBe(false);
  });

  it('is read from its own bytes only', () => {
    const bytes = encodeOperationProof(unwrap(proveOperation(transactionOf('hospital', [openGrant(), openGrant()]), 1)));
    for (let length = 0; length < bytes.length; length += 7) expect(decodeOperationProof(bytes.subarray(0, length)).ok).toBe(false);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1;
      const decoded = decodeOperationProof(changed);
      if (!decoded.ok) continue;
      const verified = verifyOperationProof(decoded.value);
      // The signature is part of the transaction's hash, not of what this proof is about.
      if (verified.ok) expect(equalBytes(verified.value.transaction.hash, transactionHash(decoded.value.transaction))).toBe(true);
      expect(equalBytes(encodeOperationProof(decoded.value), changed)).toBe(true);
    }
  });
});
