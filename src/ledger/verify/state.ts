/** Verification of a state receipt: what stood in the state, or did not, after a block. Offline, from the bytes alone; never throws. */
import { attestationOutcomes } from '../attestation/attestation-outcomes.ts';
import type { Trust } from '../attestation/trust.ts';
import { headerHash } from '../block/header.ts';
import { decodeStateReceipt } from '../receipts/state-receipt.ts';
import { verifyTreeProof } from '../state/proof.ts';
import { failed, held, report, type Report } from './report.ts';
import { stateSentence } from './state-sentence.ts';

const stateStepTitles = {
  form: 'The receipt can be read.',
  state: 'The state of the block has this value, or none, under the key.',
  block: 'The block whose state it is is attested.',
  trust: 'The ledger, and who attests its blocks, are the ones that you trust.',
} as const;

export type StateStep = keyof typeof stateStepTitles;

export interface StateFacts {
  readonly chainId?: string;
  readonly height?: number;
  /** Milliseconds since 1970, as the block's maker says. */
  readonly blockTime?: number;
  readonly blockHash?: Uint8Array;
  readonly key?: Uint8Array;
  readonly present?: boolean;
  readonly value?: Uint8Array;
  /** The statement in plain words: true when the verdict is `held`. */
  readonly sentence?: string;
}

export function verifyStateReceipt(bytes: Uint8Array, trust?: Trust): Report<StateStep, StateFacts> {
  const decoded = decodeStateReceipt(bytes);
  if (!decoded.ok) return report(stateStepTitles, { form: failed(decoded.error.message) }, {});
  const { key, value, proof } = decoded.value;
  const { header, headerBytes, attestation, tree } = proof;
  const hash = headerHash(headerBytes);
  const sentence = stateSentence(key, value, header);
  const inTree = verifyTreeProof(header.stateRoot, key, value, tree);
  return report(
    stateStepTitles,
    {
      form: held(`State receipt of ${bytes.length} bytes.`),
      state: inTree.ok ? held(sentence) : failed(inTree.error.message),
      ...attestationOutcomes({ header, hash, attestation }, trust),
    },
    {
      chainId: header.chainId,
      height: header.height,
      blockTime: header.time,
      blockHash: hash,
      key,
      present: value !== undefined,
      ...(value === undefined ? {} : { value }),
      sentence,
    },
  );
}
