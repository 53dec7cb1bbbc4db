/**
 * `GET /organisation/api/introduction`: what somebody needs to make a home for a node that joins: the genesis, and who is where. Whoever uses it
 * compares the genesis hash with what members tell them in another way; everything else follows from the genesis or is proven by the ledger.
 */
import type { FastifyInstance } from 'fastify';
import { ed25519PublicKey } from '#ed25519';
import { toHex } from '../base/bytes.ts';
import { nodeIdOf } from '../engine/cometbft/home/keys.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../ledger/genesis/genesis.ts';
import type { HomeFile, Peer } from './home-file.ts';
import type { NodeKeys } from './organisation-seeds.ts';

export const INTRODUCTION_PATH = '/organisation/api/introduction';

export interface Introduction {
  readonly network: string;
  readonly chainId: string;
  /** Base64. */
  readonly genesis: string;
  /** Hexadecimal. */
  readonly genesisHash: string;
  /** This node first. */
  readonly peers: readonly Peer[];
}

/** How the others reach a node: what its peers have in their `careledger.json`. */
export function peerOf({ organisation, listen, url, host }: HomeFile, { machineSeed }: NodeKeys): Peer {
  return {
    organisation: organisation.id,
    node: nodeIdOf(ed25519PublicKey(machineSeed)),
    host: host ?? new URL(url).hostname.replace(/^\[|\]$/g, ''),
    consensus: listen.consensus,
    channel: listen.channel,
    url,
  };
}

export function introductionRoute(server: FastifyInstance, file: HomeFile, keys: NodeKeys, genesis: Genesis): void {
  const bytes = encodeGenesis(genesis);
  const introduction: Introduction = {
    network: file.network,
    chainId: file.chainId,
    genesis: Buffer.from(bytes).toString('base64'),
    genesisHash: toHex(genesisHash(bytes)),
    peers: [peerOf(file, keys), ...file.peers],
  };
  server.get(INTRODUCTION_PATH, async () => introduction);
}
