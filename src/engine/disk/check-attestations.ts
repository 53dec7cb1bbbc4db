/**
 * Checks what others said of blocks. Who may say it follows from the genesis and from the changes that the blocks themselves make when they are
 * executed again, so nothing has to be believed beside the genesis.
 */
import { toHex } from '../../base/bytes.ts';
import { decodeAttestation } from '../../ledger/attestation/attestation.ts';
import { attestationOutcomes } from '../../ledger/attestation/attestation-outcomes.ts';
import { knownSet, type KnownSet, type Trust } from '../../ledger/attestation/trust.ts';
import { decodeConsensusSeal } from '../../ledger/block/seal.ts';
import type { Header } from '../../ledger/block/header.ts';
import type { Execution } from '../../ledger/execution/execute-block.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import { inOrder } from '../../ledger/light/validator-set.ts';

export interface AttestationChecker {
  /** A block that was executed, in order. */
  block(execution: Execution, seal: Uint8Array): void;
  /** A block that was not: who the validators are after it is not known from the blocks. */
  unknown(header: Header, hash: Uint8Array): void;
  /** Why the attestation of an earlier block does not hold. `not-checked`: nobody is known to compare with. */
  problem(height: number, attestation: Uint8Array): string | 'not-checked' | undefined;
}

/** Changes of validators take effect so many consensus heights after the block that made them. */
const EFFECT_AFTER = 2;
const FIRST_CONSENSUS_HEIGHT = 1;

export function attestationChecker({ engine, chainId, proposer, validators }: Genesis): AttestationChecker {
  const blocks = new Map<number, { readonly header: Header; readonly hash: Uint8Array; readonly known: boolean }>();
  const powers = new Map(validators.map(({ key, power }) => [toHex(key), { key, power }]));
  const sets: KnownSet[] = engine === 'cometbft' ? [knownSet(FIRST_CONSENSUS_HEIGHT, inOrder([...powers.values()]))] : [];
  let followed = true;

  return {
    block({ header, next, validatorUpdates }, seal) {
      blocks.set(header.height, { header, hash: next.blockHash, known: followed });
      const consensusHeight = decodeConsensusSeal(seal);
      if (engine !== 'cometbft' || validatorUpdates.length === 0 || consensusHeight === undefined || header.txCount === 0) return;
      for (const { key, power } of validatorUpdates) {
        if (power > 0) powers.set(toHex(key), { key, power });
        else powers.delete(toHex(key));
      }
      sets.push(knownSet(consensusHeight + EFFECT_AFTER, inOrder([...powers.values()])));
    },
    unknown(header, hash) {
      followed = followed && header.chainId !== chainId;
      blocks.set(header.height, { header, hash, known: false });
    },
    problem(height, bytes) {
      const block = blocks.get(height);
      if (!block) return 'it is about a block that is not before it';
      const attestation = decodeAttestation(bytes);
      if (!attestation.ok) return attestation.error.message;
      const { header, hash, known } = block;
      if (header.chainId !== chainId || (!known && engine === 'cometbft')) return 'not-checked';
      const trust: Trust = engine === 'embedded' ? { chainId, nodeKey: proposer } : { chainId, validators: sets };
      const outcomes = attestationOutcomes({ header, hash, attestation: attestation.value }, trust);
      // All validators are known here: who is not among them is nobody, and not somebody of whom nobody has heard yet.
      const wrong = [outcomes.trust, outcomes.block].find(({ state }) => state !== 'held');
      return wrong?.detail;
    },
  };
}
