/** Attestations that lie beside blocks: checked against the validators that the blocks themselves give, height by height. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { attestationChecker, type AttestationChecker } from '../../src/engine/disk/check-attestations.ts';
import { encodeAttestation, type Attestation } from '../../src/ledger/attestation/attestation.ts';
import { encodeConsensusSeal } from '../../src/ledger/block/seal.ts';
import type { Execution } from '../../src/ledger/execution/execute-block.ts';
import { attestedLedger, changingSets, type AttestedLedger, type Attester } from '../support/attested.ts';
import { signers, type Signer } from '../support/consensus.ts';

const BLOCKS = 9;
const honest = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: BLOCKS });
const setsOf = (attester: Attester) => (attester.kind === 'validators' ? attester.sets : []);

/** What the execution of a block would say: who votes with which power from then on, and who no longer. */
function updatesBy(height: number): Execution['validatorUpdates'] {
  const at = setsOf(changingSets).findIndex(([from]) => from === height);
  if (at < 1) return [];
  const [before, after] = [setsOf(changingSets)[at - 1]![1], setsOf(changingSets)[at]![1]];
  const has = (set: readonly Signer[], { key, power }: Signer): boolean => set.some((one) => toHex(one.key) === toHex(key) && one.power === power);
  const gone = before.filter(({ key }) => !after.some((one) => toHex(one.key) === toHex(key))).map(({ key }) => ({ key, power: 0 }));
  return [...gone, ...after.filter((one) => !has(before, one)).map(({ key, power }) => ({ key, power }))];
}

/** A checker that has been told of the blocks up to a height. */
function toldOf(ledger: AttestedLedger, last: number): AttestationChecker {
  const checker = attestationChecker(ledger.genesis);
  for (const { header, hash } of ledger.blocks.slice(0, last + 1))
    checker.block(
      // No transactions in a block that makes a change would mean that it is the genesis.
      { header: { ...header, txCount: 1 }, next: { blockHash: hash }, validatorUpdates: updatesBy(header.height) } as Partial<Execution> as Execution,
      encodeConsensusSeal(header.height === 0 ? 0 : 2 * header.height + 1),
    );
  return checker;
}

const problem = (ledger: AttestedLedger, height: number, attestation: Attestation = ledger.at(height).attestation, last = height) =>
  toldOf(ledger, last).problem(height, encodeAttestation(attestation));

describe('the attestation of a block', () => {
  it('holds by the validators of its own height, through all changes, when it comes and later', () => {
    for (let height = 1; height < BLOCKS; height++) {
      expect(problem(honest, height), `block ${height}`).toBeUndefined();
      expect(problem(honest, height, undefined, BLOCKS - 1), `block ${height}`).toBeUndefined();
    }
  });

  it('does not hold when it is of another block', () => {
    expect(problem(honest, 4, honest.at(2).attestation)).toMatch(/does not verify|other validators|fit together/);
    expect(toldOf(honest, 3).problem(4, encodeAttestation(honest.at(4).attestation))).toBe('it is about a block that is not before it');
  });

  it('does not hold when those have signed who are not the validators: strangers, those of before, those who come later', () => {
    const [first, second] = setsOf(changingSets).map(([, set]) => set);
    const others: readonly (readonly [string, readonly Signer[]])[] = [
      ['strangers', signers({ mallory: 10, oscar: 10, trudy: 10 })],
      ['those of before', first!],
      ['those who come later', second!],
    ];
    for (const [who, set] of others)
      for (const height of [1, 2, 6, 8]) {
        if ((who === 'those of before') === height < 3) continue;
        if (who === 'those who come later' && height > 2) continue;
        // The same blocks, attested by others.
        const lies = { [height]: { signers: set, next: set } };
        const forged = attestedLedger({ chainId: 'test-net', attester: changingSets, blocks: BLOCKS, lies });
        expect(toHex(forged.at(height).hash)).toBe(toHex(honest.at(height).hash));
        for (const last of [height, BLOCKS - 1])
          expect(problem(honest, height, forged.at(height).attestation, last), `${who}, block ${height}, known up to ${last}`).toMatch(/\w/);
      }
  });

  it('is not judged where blocks are missing that would say who the validators are', () => {
    const checker = attestationChecker(honest.genesis);
    for (const { header, hash } of honest.blocks) checker.unknown(header, hash);
    expect(checker.problem(2, encodeAttestation(honest.at(2).attestation))).toBe('not-checked');
  });
});
