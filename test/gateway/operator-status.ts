/** A node where all is well, on four validators, with changes. */
import type { OperatorFacts } from '../../src/gateway/operator/alarms.ts';
import type { OperatorStatus } from '../../src/contract/operator.ts';

export const NOW = Date.UTC(2026, 5, 1, 12);
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

export const validatorOf = (organisation: string, missed = 0): OperatorStatus['validators'][number] => ({
  key: organisation.padEnd(64, '0'),
  organisation,
  power: 10,
  missed,
  commitsLookedAt: 100,
  lastSigned: { height: missed >= 50 ? 440 : 499, time: ago(1) },
  version: '0.39.0',
});

const peerOf = (name: string): OperatorStatus['peers'][number] => ({ id: name, name, address: '127.0.0.1', version: '0.39.0', height: 500 });

export const witnessOf = (name: string, problem?: { readonly code: string; readonly seconds: number }) => ({
  name,
  organisation: name,
  key: `careledger/x/witness/${name}`,
  cosigned: { size: 900, height: 400, time: ago(3) },
  problem: problem ? { code: problem.code, message: `${name}: ${problem.code}`, since: ago(problem.seconds) } : null,
});

export const wellWitnessed: OperatorStatus['witnesses'] = {
  origin: 'careledger/x',
  logKey: null,
  checkpoint: { size: 900, height: 400 },
  witnesses: [witnessOf('b'), witnessOf('c')],
  parties: 2,
  newestSeen: { size: 900, height: 400, time: ago(3) },
  disputes: [],
};

export const factsOf = (changes: Partial<OperatorFacts>): OperatorFacts => ({
  time: ago(0),
  organisation: { id: 'a', name: 'A' },
  software: { version: '1', runtime: 'Node.js', engine: 'cometbft', engineVersion: '0.39.0' },
  head: { height: 400, time: ago(2), hash: '', stateRoot: '', logSize: 900 },
  blocks: [
    { height: 400, time: ago(2), transactions: 3 },
    { height: 399, time: ago(4), transactions: 1 },
  ],
  consensus: { height: 500, round: 0, step: 'propose', lastCommit: ago(1), catchingUp: false },
  mempool: { transactions: 0, bytes: 0, limitTransactions: 20_000, limitBytes: 64 << 20 },
  validators: ['a', 'b', 'c', 'd'].map((one) => validatorOf(one)),
  peers: ['b', 'c', 'd'].map(peerOf),
  misbehaviour: [],
  disk: { directory: '/data', freeBytes: 50e9, totalBytes: 100e9, parts: [{ name: 'blocks', bytes: 1e6 }] },
  retention: { blocks: null, days: null, prunedUpTo: null, problem: null },
  processes: [{ name: 'cometbft', pid: 7, startedAt: ago(500), restarts: 0 }],
  failure: null,
  members: ['a', 'b'].map((id) => ({ id, name: id.toUpperCase(), status: 'active', anchored: { height: 399, time: ago(5) } })),
  witnesses: wellWitnessed,
  anchoring: { intervalMs: 5000, last: { height: 399, time: ago(5) }, problem: null },
  stored: { holds: true, findings: 0, finished: ago(60) },
  residentBytes: 2e8,
  ...changes,
});

export const statusOf = (changes: Partial<OperatorFacts>): OperatorStatus => ({ ...factsOf(changes), alarms: [] });
