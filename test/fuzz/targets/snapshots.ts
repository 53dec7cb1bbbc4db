/** Manifests and chunks of snapshots, as a peer hands them out. */
import { encodeBlock } from '../../../src/ledger/block/block.ts';
import { codedError } from '../../../src/base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../../src/base/result.ts';
import { decodeBase, encodeBase } from '../../../src/engine/disk/blocks/base.ts';
import { decodePrunedBlock, encodePrunedBlock } from '../../../src/ledger/block/pruned-block.ts';
import { ledgerErrors } from '../../../src/ledger/errors.ts';
import {
  decodeHistoryChunk,
  decodeManifest,
  decodeStateChunk,
  encodeHistoryChunk,
  encodeManifest,
  encodeStateChunk,
} from '../../../src/engine/disk/snapshots/snapshot-format.ts';
import { executeGenesis } from '../../../src/ledger/genesis/genesis-block.ts';
import { emptyFrontier } from '../../../src/ledger/proofs/merkle-log.ts';
import { genesis, keyOf } from '../../support/ledger.ts';
import type { Target } from '../fuzz.ts';
import { cborTarget, roundTrip } from './promises.ts';

const { headerBytes, stateUpdate } = unwrap(executeGenesis(genesis));
const chunks = ['a', 'b', 'c'].map(keyOf);
const manifest = encodeManifest({ chainId: genesis.chainId, height: 0, headerBytes, first: 0, log: emptyFrontier, history: 1, chunks });
const history = encodeHistoryChunk([encodeBlock(headerBytes, [], new Uint8Array(64)), encodeBlock(headerBytes, [keyOf('d')], new Uint8Array(64))]);
const state = encodeStateChunk([...stateUpdate.nodes].slice(0, 20).map(({ id, bytes }) => ({ key: id, value: bytes })));

const pruned = encodePrunedBlock({ headerBytes, transactions: [keyOf('d'), keyOf('e')], seal: new Uint8Array(64) });
const bases = [
  { first: 0, height: 7, log: emptyFrontier },
  { first: 3, height: 12_000, log: { size: 5, hashes: [keyOf('f'), keyOf('g')] } },
];
const orRefusal = <T>(value: T | undefined): Result<T> => (value === undefined ? fail(codedError(ledgerErrors, 'ledger.malformed')) : ok(value));

export const snapshotTargets: readonly Target[] = [
  cborTarget(
    'snapshot manifest',
    [manifest],
    roundTrip((bytes) => decodeManifest(bytes, genesis), encodeManifest),
  ),
  cborTarget('snapshot history', [history], roundTrip(decodeHistoryChunk, encodeHistoryChunk)),
  cborTarget('snapshot state', [state], roundTrip(decodeStateChunk, encodeStateChunk)),
  cborTarget('pruned block', [pruned], roundTrip(decodePrunedBlock, encodePrunedBlock)),
  cborTarget(
    'base of a block file',
    bases.map(encodeBase),
    roundTrip((bytes) => orRefusal(decodeBase(bytes)), encodeBase),
  ),
];
