import { beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/base/result.ts';
import type { Anchor } from '../../src/ledger/anchors/operations.ts';
import { decodeAnchor } from '../../src/ledger/anchors/state.ts';
import { batchCommitment } from '../../src/ledger/proofs/batch.ts';
import { emptyRoot } from '../../src/ledger/proofs/merkle-log.ts';
import { encodeOperation } from '../../src/ledger/transaction/operation-tree.ts';
import { NOW, random } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const batch = (number: number, commitment = random(32)): Anchor => ({ op: 'anchors.anchor', org: 'hospital', number, commitment });
const refused = (code: string) => ({ ok: false, error: { code } });

describe('anchors', () => {
  let machine: StateMachine;
  beforeEach(() => {
    machine = new StateMachine();
  });

  it('follow one another, each number once', () => {
    for (const number of [1, 2, 3]) expect(machine.send('hospital', [batch(number)], { time: NOW + number }).ok).toBe(true);
    const commitment = random(32);
    expect(machine.send('hospital', [batch(4), batch(5, commitment)], { time: NOW + 4 }).ok).toBe(true);
    expect(unwrap(decodeAnchor(machine.get('anchors/hospital')!))).toEqual({ number: 5, commitment, height: 4, time: NOW + 4 });
  });

  it('are an organisation’s own', () => {
    expect(machine.send('clinic', [batch(1)])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('regulator', [batch(1)])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('clinic', [{ ...batch(1), org: 'clinic' }]).ok).toBe(true);
    expect(machine.send('hospital', [batch(1)]).ok).toBe(true);
  });

  it('are never said again in another way, and none is left out', () => {
    expect(machine.send('hospital', [batch(1)]).ok).toBe(true);
    for (const number of [0, 1, 3])
      expect(machine.send('hospital', [batch(number)])).toMatchObject({
        ok: false,
        error: { code: 'ledger.anchor-order', data: { expected: 2, operation: 0 } },
      });
    expect(machine.send('hospital', [batch(2)]).ok).toBe(true);
  });

  it('look alike, whatever is in the batch: as long, of the same fields, with nothing that can be made again without the blinder', () => {
    const empty = batch(7, batchCommitment(random(32), 0, emptyRoot()));
    const full = batch(7, batchCommitment(random(32), 65_536, random(32)));
    expect(Object.keys(empty)).toEqual(Object.keys(full));
    expect(encodeOperation(empty).length).toBe(encodeOperation(full).length);
    // An empty batch a second time is another commitment.
    expect(batchCommitment(random(32), 0, emptyRoot())).not.toEqual(empty.commitment);
  });
});
