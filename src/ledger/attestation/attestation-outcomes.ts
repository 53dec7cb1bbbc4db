/** What an attestation says about a header, as two steps of a report: `block` (it is attested) and `trust` (by whom the verifier believes). */
import { timeText } from '../../base/time-text.ts';
import type { Header } from '../block/header.ts';
import { failed, held, outcome, unchecked, type Outcome } from '../verify/report.ts';
import type { Attestation } from './attestation.ts';
import { cometBftOutcomes } from './cometbft-attestation.ts';
import { nodeSignatureHolds, nodeTrustOutcome } from './node-attestation.ts';
import { trustFor, wayTo, type Trust } from './trust.ts';

export interface Attested {
  readonly header: Header;
  /** Header hash. */
  readonly hash: Uint8Array;
  readonly attestation: Attestation;
}

export function attestationOutcomes(
  { header, hash, attestation }: Attested,
  trust: Trust | undefined,
): { readonly block: Outcome; readonly trust: Outcome } {
  const chosen = trust && trustFor(trust, header.chainId, header.height);
  /** Says also through which ledgers the trust goes. */
  const led = (found: Outcome): Outcome => (trust && found.state === 'held' ? held(`${found.detail}${wayTo(trust, header.chainId)}`) : found);
  const stranger = typeof chosen === 'string' ? failed(chosen) : undefined;
  const believed = typeof chosen === 'string' ? undefined : chosen;
  if (attestation.kind === 'node') {
    const signed = nodeSignatureHolds(attestation, header, hash);
    return {
      block: outcome(signed, `Block ${header.height}, made ${timeText(header.time)}.`, 'The signature over the block’s header does not verify.'),
      trust: stranger ?? led(nodeTrustOutcome(header, believed)),
    };
  }
  const outcomes = cometBftOutcomes(attestation, header.chainId, hash, believed);
  return stranger
    ? { block: unchecked('Its validators are those of another ledger.'), trust: stranger }
    : { ...outcomes, trust: led(outcomes.trust) };
}
