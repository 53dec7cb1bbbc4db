/** Writes the vectors of transactions and blocks: `node test/vectors/transactions/generate.ts`. Frozen, like all vectors. */
import { writeFileSync } from 'node:fs';
import { toHex, utf8 } from '../../../src/base/bytes.ts';
import { sha256 } from '#sha256';
import { unwrap } from '../../../src/base/result.ts';
import { encodeBlock } from '../../../src/ledger/block/block.ts';
import { appHash, headerHash, signAttestation } from '../../../src/ledger/block/header.ts';
import { executeBlock } from '../../../src/ledger/execution/execute-block.ts';
import { executeGenesis } from '../../../src/ledger/genesis/genesis-block.ts';
import { encodeGenesis, genesisHash } from '../../../src/ledger/genesis/genesis.ts';
import { signClose } from '../../../src/ledger/grants/close.ts';
import type { Operation } from '../../../src/ledger/operations.ts';
import { votingPolicy } from '../../../src/ledger/policy/policy.ts';
import { getValue } from '../../../src/ledger/state/tree.ts';
import { checkTransaction } from '../../../src/ledger/transaction/check.ts';
import { consensusAddress } from '../../../src/ledger/validators/state.ts';
import { genesis, keyOf, memberOf, seedOf, transactionOf } from '../../support/ledger.ts';

const fixed = (label: string, length = 32): Uint8Array => new Uint8Array(sha256(utf8(`vector: ${label}`))).subarray(0, length);
const expiryDay = 21_000;
const id = fixed('grant');

const operations: Readonly<Record<string, readonly [sender: string, operation: Operation]>> = {
  open: ['hospital', { op: 'grants.open', id, commitment: fixed('commitment'), controlKey: keyOf('control'), expiryDay }],
  anchor: ['clinic', { op: 'anchors.anchor', org: 'clinic', number: 1, commitment: fixed('batch') }],
  admit: ['regulator', { op: 'membership.admit', ...memberOf('pharmacy', 'pharmacy') }],
  rotate: ['clinic', { op: 'membership.rotate-keys', org: 'clinic', signingKey: keyOf('next'), hpkeKey: keyOf('next hpke'), tlsKey: keyOf('next tls') }],
  close: ['hospital', signClose(genesis.chainId, id, seedOf('control'))],
  validator: ['regulator', { op: 'validators.set', org: 'hospital', key: keyOf('consensus'), power: 10 }],
  propose: ['hospital', { op: 'governance.propose', action: { op: 'membership.admit', ...memberOf('sponsor', 'sponsor') } }],
  reject: ['pharmacy', { op: 'governance.vote', proposal: 1, vote: 'reject' }],
  approve: ['regulator', { op: 'governance.vote', proposal: 1, vote: 'approve' }],
  // The third approval of four members: the newcomer is in from here on.
  decide: ['next', { op: 'governance.vote', proposal: 1, vote: 'approve' }],
  another: ['hospital', { op: 'governance.propose', action: { op: 'membership.suspend', org: 'pharmacy' } }],
  withdraw: ['hospital', { op: 'governance.withdraw', proposal: 2 }],
  leave: ['sponsor', { op: 'membership.leave', org: 'sponsor' }],
  handOver: ['regulator', { op: 'validators.set', org: 'pharmacy', key: keyOf('pharmacy consensus'), power: 4 }],
  suspend: ['regulator', { op: 'membership.suspend', org: 'hospital' }],
  reinstate: ['regulator', { op: 'membership.reinstate', org: 'hospital' }],
  upgrade: ['regulator', { op: 'governance.upgrade', version: 2, hash: fixed('release'), height: 1_000 }],
  policy: ['regulator', { op: 'governance.set-policy', ...votingPolicy, numerator: 2, denominator: 3 }],
};

/** State keys whose values after the block stand in the vector. */
const shown = [
  'members',
  'electorate',
  'members/hospital',
  'member-history/hospital',
  'members/sponsor',
  'validators',
  'validators/hospital',
  'validators/pharmacy',
  `consensus-keys/${toHex(consensusAddress(keyOf('consensus')))}`,
  'proposals',
  'proposals/1',
  'proposals/2',
  'open-proposals',
  'ballots/1',
  'ballots/1/clinic',
  'tallies/1',
  'policy',
  'protocol',
];

export function chainVector() {
  const transactions = Object.entries(operations).map(([name, [sender, operation]]) => {
    const bytes = transactionOf(sender, [operation], { expiryHeight: 100, salt: fixed(name, 8) });
    return { name, bytes, checked: unwrap(checkTransaction(bytes, genesis.chainId)) };
  });
  const start = unwrap(executeGenesis(genesis));
  const nodes = new Map(Array.from(start.stateUpdate.nodes, ({ id: nodeId, bytes }) => [toHex(nodeId), bytes]));
  const store = { nodes: { get: (nodeId: Uint8Array) => nodes.get(toHex(nodeId)) }, hasTransaction: () => false };
  const block = executeBlock(start.next, store, transactions.map(({ checked }) => checked), { time: genesis.time + 1_000, proposer: genesis.proposer });
  const written = new Map(Array.from(block.stateUpdate.nodes, ({ id: nodeId, bytes }) => [toHex(nodeId), bytes]));
  const after = { get: (nodeId: Uint8Array) => written.get(toHex(nodeId)) ?? nodes.get(toHex(nodeId)) };
  const attestation = signAttestation(block.next.blockHash, seedOf('node'));
  return {
    genesis: toHex(encodeGenesis(genesis)),
    genesisHash: toHex(genesisHash(encodeGenesis(genesis))),
    genesisHeaderHash: toHex(headerHash(start.headerBytes)),
    genesisStateRoot: toHex(start.header.stateRoot),
    transactions: transactions.map(({ name, bytes, checked }) => ({ name, bytes: toHex(bytes), hash: toHex(checked.hash) })),
    accepted: block.results.map((result) => result.ok),
    block: toHex(encodeBlock(block.headerBytes, block.accepted.map(({ bytes }) => bytes), attestation)),
    headerHash: toHex(block.next.blockHash),
    appHash: toHex(appHash(block.next.blockHash)),
    stateRoot: toHex(block.header.stateRoot),
    logRoot: toHex(block.header.logRoot),
    validatorUpdates: block.validatorUpdates.map(({ key, power }) => ({ key: toHex(key), power })),
    values: Object.fromEntries(shown.map((key) => [key, toHex(getValue(after, block.next.root, utf8(key))!)])),
  };
}

if (import.meta.main) writeFileSync(new URL('chain.json', import.meta.url), `${JSON.stringify(chainVector(), null, 1)}\n`);
