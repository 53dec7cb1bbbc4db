/**
 * Attestation by the validators (CometBFT): more than two thirds of their power signed a consensus block whose header carries the
 * app hash of ours. CometBFT puts the app hash of a height into the header of the next one, so the consensus height is the later one.
 */
import type { Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { appHash } from '../block/header.ts';
import { ledgerErrors } from '../errors.ts';
import type { LightBlock } from '../light/light-block.ts';
import { failed, held, unchecked, type Outcome } from '../verify/report.ts';
import { commitProofItems, commitProofOf, commitProofProblem, isOfOtherSet, proveCommit, type CommitProof } from './commit-proof.ts';
import { setAt, type Trust } from './trust.ts';

export interface CometBftAttestation extends CommitProof {
  readonly kind: 'cometbft';
}

/** From the first consensus block whose header has the app hash. `ledger.bad-proof` when it does not hold in itself. */
export function attestCommit(block: LightBlock): Result<CometBftAttestation> {
  const proof = proveCommit(block);
  if (typeof proof === 'string')
    return fail(
      codedError(ledgerErrors, 'ledger.bad-proof', { message: `The commit of consensus height ${block.header.height} does not hold: ${proof}.` }),
    );
  return ok({ kind: 'cometbft', ...proof });
}

export const cometBftItems = (attestation: CometBftAttestation): readonly Cbor[] => commitProofItems(attestation);

export function cometBftAttestationOf(items: readonly unknown[]): CometBftAttestation | undefined {
  const proof = commitProofOf(items);
  return proof && { kind: 'cometbft', ...proof };
}

interface Outcomes {
  readonly block: Outcome;
  readonly trust: Outcome;
}

/** Both steps lean on the validators that the verifier knows: without them a signature says nothing. */
export function cometBftOutcomes(attestation: CometBftAttestation, chainId: string, headerHash: Uint8Array, trust: Trust | undefined): Outcomes {
  const open = (why: Outcome): Outcomes => ({ block: unchecked('Its signatures can’t be checked without knowing the validators.'), trust: why });
  if (!trust) return open(unchecked('No ledger and no validators were given to compare with.'));
  if (!('validators' in trust)) return open(failed(`Validators signed the block; ${trust.chainId} is attested by one node.`));
  const known = setAt(trust, attestation.height);
  if (!known) return open(unchecked(`The validators at consensus height ${attestation.height} are not known.`));
  const { set, newest } = known;
  const other = isOfOtherSet(attestation, set);
  if (other && newest)
    return open(
      unchecked(`The validators changed after consensus height ${set.from}, the last that is known here: get newer trust (careledger trust).`),
    );
  const problem = other ? 'it names other validators' : commitProofProblem(attestation, set, chainId, appHash(headerHash));
  const trusted = held(`Ledger ${chainId}, ${set.validators.length} validators known since consensus height ${set.from}.`);
  if (problem !== undefined) return { block: failed(`Consensus height ${attestation.height}: ${problem}.`), trust: trusted };
  return {
    block: held(
      `Consensus height ${attestation.height}: ${attestation.votes.length} of ${set.validators.length} validators signed, more than two thirds.`,
    ),
    trust: trusted,
  };
}
