/** Manifests and chunks of snapshots, as a peer hands them out. */
import { encodeBlock } from '../../../src/ledger/block/block.ts';
import { unwrap } from '../../../src/base/result.ts';
import {
  decodeHistoryChunk,
  decodeManifest,
  decodeStateChunk,
  encodeHistoryChunk,
  encodeManifest,
  encodeStateChunk,
} from '../../../src/engine/disk/snapshot-format.ts';
import { executeGenesis } from '../../../src/ledger/genesis/genesis-block.ts';
import { emptyFrontier } from '../../../src/ledger/proofs/merkle-log.ts';
import { genesis, keyOf } from '../../support/ledger.ts';
import type { Target } from '../fuzz.ts';
import { cborTarget, roundTrip } from './promises.ts';

const { headerBytes, stateUpdate } = unwrap(executeGenesis(genesis));
const chunks = ['a', 'b', 'c'].map(keyOf);
const manifest = encodeManifest({ chainId: genesis.chainId, height: 0, headerBytes, first: 0, log: emptyFrontier, history: 1, chunks });
const history = encodeHistoryChunk([encodeBlock(headerBytes, [], new Uint8Array(64)), encodeBlock(headerBytes, [keyOf('d')], new Uint8Array(64))]);
const state = encodeStateChunk(stateUpdate.nodes.slice(0, 20).map(({ id, bytes }) => ({ key: id, value: bytes })));

export const snapshotTargets: readonly Target[] = [
  cborTarget(
    'snapshot manifest',
    [manifest],
    roundTrip((bytes) => decodeManifest(bytes, genesis), encodeManifest),
  ),
  cborTarget('snapshot history', [history], roundTrip(decodeHistoryChunk, encodeHistoryChunk)),
  cborTarget('snapshot state', [state], roundTrip(decodeStateChunk, encodeStateChunk)),
];
