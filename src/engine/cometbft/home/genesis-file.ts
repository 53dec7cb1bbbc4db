/**
 * CometBFT's genesis, made from the ledger's own: every organisation gets the same one. The ledger's genesis itself is not in it; its hash
 * is, and the application refuses a chain that starts from another (`InitChain`).
 */
import { toHex } from '../../../base/bytes.ts';
import { addressOf } from '../../../ledger/light/validator-set.ts';
import { publicKeyJson } from './keys.ts';

export interface ConsensusGenesis {
  readonly chainId: string;
  /** Milliseconds since 1970: the time of the first block. */
  readonly time: number;
  readonly validators: readonly { readonly name: string; readonly key: Uint8Array; readonly power: number }[];
  /** 32 bytes. */
  readonly ledgerGenesisHash: Uint8Array;
}

/** Bytes of a block, transactions and evidence together. */
export const MAX_BLOCK_BYTES = 8 << 20;
/** Evidence of a double signature counts this long; nanoseconds and blocks. Both have to be over before it expires. */
const EVIDENCE_AGE_NS = 14 * 86_400 * 1_000_000_000;
const EVIDENCE_AGE_BLOCKS = 1_000_000;

export function genesisFile({ chainId, time, validators, ledgerGenesisHash }: ConsensusGenesis): string {
  const genesis = {
    genesis_time: new Date(time).toISOString(),
    chain_id: chainId,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: String(MAX_BLOCK_BYTES), max_gas: '-1' },
      evidence: { max_age_num_blocks: String(EVIDENCE_AGE_BLOCKS), max_age_duration: String(EVIDENCE_AGE_NS), max_bytes: '65536' },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: '0' },
      abci: { vote_extensions_enable_height: '0' },
    },
    validators: validators.map(({ name, key, power }) => ({
      address: toHex(addressOf(key)).toUpperCase(),
      pub_key: publicKeyJson(key),
      power: String(power),
      name,
    })),
    app_hash: '',
    app_state: toHex(ledgerGenesisHash),
  };
  return `${JSON.stringify(genesis, null, 2)}\n`;
}
