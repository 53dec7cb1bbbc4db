/** Consensus blocks of fixed keys: what CometBFT would have made, with as many lies in them as a test asks for. */
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { toBase64 } from '../../src/base/base64.ts';
import { compareBytes, toHex } from '../../src/base/bytes.ts';
import { timeText } from '../../src/base/time-text.ts';
import { consensusHeaderHash } from '../../src/ledger/light/consensus-header.ts';
import type { BlockId, ConsensusHeader, LightBlock, Time, Vote } from '../../src/ledger/light/light-block.ts';
import { addressOf, validatorSetHash } from '../../src/ledger/light/validator-set.ts';
import { voteSignBytes } from '../../src/ledger/light/vote.ts';
import { seeded } from './receipts.ts';

export interface Signer {
  readonly seed: Uint8Array;
  readonly key: Uint8Array;
  readonly power: number;
}

export const signer = (label: string, power: number): Signer => {
  const seed = seeded(`validator ${label}`);
  return { seed, key: ed25519PublicKey(seed), power };
};

/** In CometBFT's order. */
export const signers = (powers: Readonly<Record<string, number>>): readonly Signer[] =>
  Object.entries(powers)
    .map(([label, power]) => signer(label, power))
    .toSorted((a, b) => b.power - a.power || compareBytes(addressOf(a.key), addressOf(b.key)));

/** Milliseconds since 1970 of consensus height 0. */
export const consensusStart = 1_790_000_000_000;

export interface ConsensusShape {
  readonly height: number;
  readonly signers: readonly Signer[];
  readonly next?: readonly Signer[];
  readonly chainId?: string;
  readonly appHash?: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time?: number;
  readonly round?: number;
  /** Who votes for no block, and who not at all; places in the set. */
  readonly nil?: readonly number[];
  readonly absent?: readonly number[];
  readonly header?: Partial<ConsensusHeader>;
}

const timeOf = (ms: number, nanos = 0): Time => ({ seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 + nanos });

export function consensusBlock(shape: ConsensusShape): LightBlock {
  const { height, signers: set, next = set, chainId = 'test-ledger', round = 0, nil = [], absent = [] } = shape;
  const time = shape.time ?? consensusStart + 1000 * height;
  const validators = set.map(({ key, power }) => ({ key, power }));
  const header: ConsensusHeader = {
    version: { block: 11, app: 1 },
    chainId,
    height,
    time: timeOf(time, 123_456),
    lastBlockId: { hash: seeded(`block ${height - 1}`), parts: { total: 1, hash: seeded(`parts ${height - 1}`) } },
    lastCommitHash: seeded(`last commit ${height}`),
    dataHash: seeded(`data ${height}`),
    validatorsHash: validatorSetHash(validators),
    nextValidatorsHash: validatorSetHash(next.map(({ key, power }) => ({ key, power }))),
    consensusHash: seeded('consensus parameters'),
    appHash: shape.appHash ?? seeded(`app ${height}`),
    lastResultsHash: seeded(`results ${height}`),
    evidenceHash: seeded('evidence'),
    proposerAddress: addressOf(set[height % set.length]!.key),
    ...shape.header,
  };
  const blockId: BlockId = { hash: consensusHeaderHash(header), parts: { total: 1, hash: seeded(`parts ${height}`) } };
  const votes = set.map(({ seed, key }, place): Vote => {
    if (absent.includes(place)) return { flag: 'absent' };
    const voted = timeOf(time + 40 + 300 * place, 1 + place);
    const flag = nil.includes(place) ? 'nil' : 'commit';
    const message = voteSignBytes({ chainId, height, round, time: voted, ...(flag === 'commit' ? { blockId } : {}) });
    return { flag, address: addressOf(key), time: voted, signature: ed25519Sign(seed, message) };
  });
  return { header, commit: { height, round, blockId, votes }, validators };
}

const hex = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();
const rfc3339 = ({ seconds, nanos }: Time): string => `${timeText(1000 * seconds).slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
const blockIdJson = ({ hash, parts }: BlockId) => ({
  hash: hash.length === 0 ? '' : hex(hash),
  parts: { total: parts.total, hash: hex(parts.hash) },
});

/** As CometBFT's RPC would give it. */
export const rpcJsonOf = ({ header, commit, validators }: LightBlock) => ({
  signed_header: {
    header: {
      version: { block: String(header.version.block), app: String(header.version.app) },
      chain_id: header.chainId,
      height: String(header.height),
      time: rfc3339(header.time),
      last_block_id: blockIdJson(header.lastBlockId),
      last_commit_hash: hex(header.lastCommitHash),
      data_hash: hex(header.dataHash),
      validators_hash: hex(header.validatorsHash),
      next_validators_hash: hex(header.nextValidatorsHash),
      consensus_hash: hex(header.consensusHash),
      app_hash: hex(header.appHash),
      last_results_hash: hex(header.lastResultsHash),
      evidence_hash: hex(header.evidenceHash),
      proposer_address: hex(header.proposerAddress),
    },
    commit: {
      height: String(commit.height),
      round: commit.round,
      block_id: blockIdJson(commit.blockId),
      signatures: commit.votes.map((vote) =>
        vote.flag === 'absent'
          ? { block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z', signature: null }
          : {
              block_id_flag: vote.flag === 'commit' ? 2 : 3,
              validator_address: hex(vote.address),
              timestamp: rfc3339(vote.time),
              signature: toBase64(vote.signature),
            },
      ),
    },
  },
  validators: validators.map(({ key, power }) => ({
    address: hex(addressOf(key)),
    pub_key: { type: 'tendermint/PubKeyEd25519', value: toBase64(key) },
    voting_power: String(power),
    proposer_priority: '0',
  })),
});
