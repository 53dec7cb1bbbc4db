/** Each alarm: what raises it, with how much weight, and what does not. */
import { describe, expect, test } from 'vitest';
import type { AlarmCode } from '../../src/contract/operator.ts';
import { alarmBook, alarmCodes, findAlarms, type OperatorFacts } from '../../src/gateway/operator/alarms.ts';
import { ago, factsOf, NOW, validatorOf, wellWitnessed, witnessOf } from './operator-status.ts';

const codes = (changes: Partial<OperatorFacts>): readonly string[] =>
  findAlarms(factsOf(changes), NOW).map(({ code, severity }) => `${code} ${severity}`);
const base = factsOf({});
const consensus = base.consensus!;
const dispute = (kind: 'witness' | 'own-checkpoint' | 'own-witness' | 'offered', proof: string | null = null) => ({
  kind,
  who: 'X',
  what: 'It differs.',
  proof,
});

const raised: readonly (readonly [AlarmCode, 'attention' | 'harm', string, Partial<OperatorFacts>])[] = [
  ['split-view', 'harm', 'a proof', { witnesses: { ...wellWitnessed, disputes: [dispute('offered', '/witness/split-views/x.cbor')] } }],
  ['history-disputed', 'harm', 'a witness objects', { witnesses: { ...wellWitnessed, disputes: [dispute('witness')] } }],
  ['history-disputed', 'harm', 'the own witness has seen another', { witnesses: { ...wellWitnessed, disputes: [dispute('own-witness')] } }],
  ['member-diverges', 'harm', 'a member offers another block', { witnesses: { ...wellWitnessed, disputes: [dispute('offered')] } }],
  ['validator-misbehaved', 'harm', 'a double vote', { misbehaviour: [{ kind: 'duplicate-vote', who: 'B', height: 3, time: ago(9) }] }],
  ['ledger-halted', 'harm', 'the engine says so', { failure: { code: 'engine.io', message: 'The disk failed.' } }],
  [
    'ledger-halted',
    'harm',
    'transactions wait and nothing is committed',
    { consensus: { ...consensus, lastCommit: ago(61) }, mempool: { ...base.mempool, transactions: 1 } },
  ],
  ['consensus-slow', 'attention', 'round 3', { consensus: { ...consensus, round: 3 } }],
  [
    'validator-missing',
    'attention',
    'half of the commits missed',
    { validators: [validatorOf('a'), validatorOf('b', 50), validatorOf('c'), validatorOf('d')] },
  ],
  ['node-behind', 'attention', 'it fetches blocks', { consensus: { ...consensus, catchingUp: true } }],
  ['node-behind', 'attention', 'a peer is eleven ahead', { consensus: { ...consensus, height: 489 } }],
  ['peers-lost', 'attention', 'one of three', { peers: base.peers.slice(0, 1) }],
  ['mempool-full', 'attention', 'above four fifths', { mempool: { ...base.mempool, transactions: 16_001 } }],
  ['mempool-full', 'attention', 'bytes above four fifths', { mempool: { ...base.mempool, bytes: 60 << 20 } }],
  ['disk-low', 'attention', 'below a tenth', { disk: { ...base.disk, freeBytes: 9e9 } }],
  ['disk-low', 'harm', 'below a quarter of a gigabyte', { disk: { ...base.disk, freeBytes: 2e8 } }],
  ['engine-restarting', 'attention', 'three restarts', { processes: [{ ...base.processes[0]!, restarts: 3 }] }],
  ['versions-differ', 'attention', 'a peer with another version', { peers: [{ ...base.peers[0]!, version: '0.38.0' }, ...base.peers.slice(1)] }],
  [
    'witness-silent',
    'attention',
    'away for six minutes',
    { witnesses: { ...wellWitnessed, witnesses: [witnessOf('b', { code: 'witness.unreachable', seconds: 360 }), witnessOf('c')] } },
  ],
  ['unwitnessed', 'attention', 'nobody is asked', { witnesses: { ...wellWitnessed, witnesses: [], parties: 0, newestSeen: null } }],
  [
    'unwitnessed',
    'attention',
    'nobody has seen the newest for long',
    { witnesses: { ...wellWitnessed, newestSeen: { size: 800, height: 300, time: ago(400) } } },
  ],
  [
    'member-silent',
    'attention',
    'no anchor for long',
    { members: [{ id: 'b', name: 'B', status: 'active', anchored: { height: 1, time: ago(121) } }] },
  ],
  ['anchoring-stopped', 'harm', 'the log was altered', { anchoring: { ...base.anchoring, problem: 'The log is shorter.' } }],
  ['anchoring-stopped', 'harm', 'no anchor for long', { anchoring: { ...base.anchoring, last: { height: 1, time: ago(121) } } }],
  ['stored-data-damaged', 'harm', 'a finding', { stored: { holds: false, findings: 2, finished: ago(5) } }],
];

const quiet: readonly (readonly [string, Partial<OperatorFacts>])[] = [
  ['all is well', {}],
  ['nothing waits and nothing is committed', { consensus: { ...consensus, lastCommit: ago(3600) } }],
  ['round 2', { consensus: { ...consensus, round: 2 } }],
  ['a validator that missed some', { validators: [validatorOf('a', 49), ...base.validators.slice(1)] }],
  [
    'a validator that signs again',
    { validators: [{ ...validatorOf('a', 80), lastSigned: { height: 498, time: ago(1) } }, ...base.validators.slice(1)] },
  ],
  ['a young validator set', { validators: base.validators.map((one) => ({ ...one, commitsLookedAt: 9, missed: 9 })) }],
  ['one node alone', { consensus: null, peers: [], validators: [validatorOf('a')] }],
  ['two of three peers', { peers: base.peers.slice(0, 2) }],
  [
    'a witness that is away for a moment',
    { witnesses: { ...wellWitnessed, witnesses: [witnessOf('b', { code: 'witness.unreachable', seconds: 60 }), witnessOf('c')] } },
  ],
  ['a suspended member that is silent', { members: [{ id: 'b', name: 'B', status: 'suspended', anchored: { height: 1, time: ago(9999) } }] }],
  ['not verified yet', { stored: { holds: null, findings: 0, finished: null } }],
  ['nothing signed yet', { witnesses: { ...wellWitnessed, checkpoint: null, witnesses: [], parties: 0, newestSeen: null } }],
];

describe('alarms', () => {
  test.each(raised)('%s (%s): %s', (code, severity, _why, changes) => expect(codes(changes)).toEqual([`${code} ${severity}`]));
  test.each(quiet)('none: %s', (_why, changes) => expect(codes(changes)).toEqual([]));

  test('every alarm is raised by a case above', () => {
    expect(new Set(raised.map(([code]) => code))).toEqual(new Set(alarmCodes));
  });

  test('name whom they are about, once', () => {
    const [alarm] = findAlarms(
      factsOf({ validators: [validatorOf('North', 80), validatorOf('South', 80), validatorOf('East'), validatorOf('West')] }),
      NOW,
    );
    expect(alarm).toMatchObject({
      subjects: ['North', 'South'],
      details: ['North signed 20 of the newest 100 commits.', 'South signed 20 of the newest 100 commits.'],
    });
  });

  test('harm comes before attention', () => {
    const changes = { consensus: { ...consensus, round: 5 }, stored: { holds: false, findings: 1, finished: ago(1) }, peers: [] };
    expect(findAlarms(factsOf(changes), NOW).map(({ severity }) => severity)).toEqual(['harm', 'attention', 'attention']);
  });

  test('hold since they were first seen; one that comes back is a new one', () => {
    const book = alarmBook();
    const found = findAlarms(factsOf({ failure: { code: 'engine.io', message: 'x' } }), NOW);
    expect(book(found, 1000)[0]!.since).toBe(new Date(1000).toISOString());
    expect(book(found, 9000)[0]!.since).toBe(new Date(1000).toISOString());
    expect(book([], 10_000)).toEqual([]);
    expect(book(found, 11_000)[0]!.since).toBe(new Date(11_000).toISOString());
  });
});
