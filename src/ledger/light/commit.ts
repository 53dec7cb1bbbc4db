/**
 * How much of a validator set stands behind a commit. Signatures are judged by our one Ed25519 rule (`base/ed25519-rule.ts`), which is
 * stricter than CometBFT's: that follows ZIP-215, multiplies by the cofactor and takes points in non-canonical encodings and of small order.
 * Keys and signatures made by anything honest are the same under both; a validator that made one of the others on purpose does not count here.
 */
import { ed25519Verify } from '#ed25519';
import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Commit, LightBlock, Validator } from './light-block.ts';
import { addressOf, isQuorum, totalPower } from './validator-set.ts';
import { voteSignBytes } from './vote.ts';

/** Undefined when it holds, otherwise why not. */
type Problem = string | undefined;

/** Share of the trusted validators that must have signed what is skipped to; at least a third, or a lie could be signed without a correct one. */
export interface TrustLevel {
  readonly numerator: number;
  readonly denominator: number;
}

export const DEFAULT_TRUST_LEVEL: TrustLevel = { numerator: 1, denominator: 3 };

/** Checks each signature of a commit once, however often it is asked. */
export type SignatureCheck = (index: number, key: Uint8Array) => boolean;

export function signatureCheck(chainId: string, { height, round, blockId, votes }: Commit): SignatureCheck {
  const known = new Map<string, boolean>();
  return (index, key) => {
    const name = `${index} ${toHex(key)}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const vote = votes[index];
    const valid = vote?.flag === 'commit' && ed25519Verify(key, voteSignBytes({ chainId, height, round, blockId, time: vote.time }), vote.signature);
    known.set(name, valid);
    return valid;
  };
}

/** More than two thirds of the block's own validators signed for it. Stops looking when there are enough, as CometBFT's light client does. */
export function commitProblem({ commit, validators }: LightBlock, valid: SignatureCheck): Problem {
  const total = totalPower(validators);
  let signed = 0;
  for (const [index, vote] of commit.votes.entries()) {
    const validator = validators[index]!;
    if (vote.flag !== 'commit') continue;
    if (!equalBytes(vote.address, addressOf(validator.key))) return `vote ${index} is of another validator than the one in its place`;
    if (!valid(index, validator.key)) return `the signature of validator ${toHex(vote.address)} does not verify`;
    signed += validator.power;
    if (isQuorum(signed, total)) return undefined;
  }
  return `validators with a power of ${signed} of ${total} signed`;
}

/** More than the trust level of validators that were trusted earlier signed; they are looked for by address, each counted once. */
export function overlapProblem(trusted: readonly Validator[], { commit }: LightBlock, level: TrustLevel, valid: SignatureCheck): Problem {
  const byAddress = new Map(trusted.map((validator) => [toHex(addressOf(validator.key)), validator]));
  const total = totalPower(trusted);
  const counted = new Set<string>();
  let signed = 0;
  for (const [index, vote] of commit.votes.entries()) {
    if (vote.flag !== 'commit') continue;
    const address = toHex(vote.address);
    const validator = byAddress.get(address);
    if (!validator || !valid(index, validator.key)) continue;
    if (counted.has(address)) return `validator ${address} is counted twice`;
    counted.add(address);
    signed += validator.power;
    if (BigInt(signed) * BigInt(level.denominator) > BigInt(total) * BigInt(level.numerator)) return undefined;
  }
  return `trusted validators with a power of ${signed} of ${total} signed; more than ${level.numerator}/${level.denominator} is needed`;
}
