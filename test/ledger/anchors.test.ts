import { beforeEach, describe, expect, it } from 'vitest';
import { uint64, utf8, concat } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { sha256 } from '#sha256';
import { decodeAnchor } from '../../src/ledger/anchors/state.ts';
import type { Anchor } from '../../src/ledger/anchors/operations.ts';
import { appendLeaves, consistencyPath, emptyFrontier, rootAt, type GetNode } from '../../src/ledger/proofs/merkle-log.ts';
import { NOW, random } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

/** A log of numbered entries, and its nodes. */
function logOf(name: string, size: number): GetNode {
  const nodes = new Map<string, Uint8Array>();
  const leaves = Array.from({ length: size }, (_, i) => sha256(concat(utf8(name), uint64(i))));
  appendLeaves(emptyFrontier, leaves, (level, index, hash) => void nodes.set(`${level}/${index}`, hash));
  return (level, index) => nodes.get(`${level}/${index}`)!;
}

const log = logOf('log', 64);
const head = (from: number, to: number, nodes: GetNode = log): Anchor => ({
  op: 'anchors.anchor',
  org: 'hospital',
  size: to,
  root: rootAt(to, nodes),
  path: consistencyPath(from, to, nodes),
});
const refused = (code: string) => ({ ok: false, error: { code } });

describe('anchors', () => {
  let machine: StateMachine;
  beforeEach(() => {
    machine = new StateMachine();
  });

  it('follow one another, each extending the one before, idle ones included', () => {
    for (const [from, to] of [
      [0, 5],
      [5, 6],
      [6, 6],
      [6, 32],
      [32, 61],
    ] as const)
      expect(machine.send('hospital', [head(from, to)], { time: NOW + to }).ok, `${from} → ${to}`).toBe(true);
    expect(unwrap(decodeAnchor(machine.get('anchors/hospital')!))).toMatchObject({ size: 61, height: 5, time: NOW + 61 });
  });

  it('are an organisation’s own', () => {
    expect(machine.send('clinic', [head(0, 5)])).toMatchObject(refused('ledger.not-permitted'));
    expect(machine.send('regulator', [head(0, 5)])).toMatchObject(refused('ledger.not-permitted'));
  });

  it('refuse a log that was cut, rewritten or grown without proof', () => {
    expect(machine.send('hospital', [head(0, 20)]).ok).toBe(true);
    expect(machine.send('hospital', [head(0, 12)])).toMatchObject({
      ok: false,
      error: { code: 'ledger.head-shrinks', data: { anchoredSize: 20, operation: 0 } },
    });
    const rewritten = logOf('rewritten', 64);
    expect(machine.send('hospital', [head(20, 30, rewritten)])).toMatchObject(refused('ledger.inconsistent-head'));
    expect(machine.send('hospital', [{ ...head(20, 30), path: [] }])).toMatchObject(refused('ledger.inconsistent-head'));
    expect(machine.send('hospital', [{ ...head(20, 20), root: random(32) }])).toMatchObject(refused('ledger.inconsistent-head'));
    expect(machine.send('hospital', [head(20, 30)]).ok).toBe(true);
  });
});
