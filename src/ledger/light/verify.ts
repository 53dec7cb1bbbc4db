/**
 * One step of a light client: from a block that is trusted to a later one (CometBFT specification, "Light client", core verification). The block right
 * after is verified by the validators that the trusted one names; a later one by enough of the trusted validators that signed it too. Pure:
 * the time comes from outside. A report, never an exception.
 */
import { equalBytes, toHex } from '../../base/bytes.ts';
import { timeText } from '../../base/time-text.ts';
import { failed, held, outcome, report, unchecked, type Outcome, type Report } from '../verify/report.ts';
import { commitProblem, DEFAULT_TRUST_LEVEL, overlapProblem, signatureCheck, type TrustLevel } from './commit.ts';
import { consensusHeaderHash } from './consensus-header.ts';
import { compareTimes, millisecondsOf, type LightBlock } from './light-block.ts';
import { validatorSetHash, validatorSetProblem } from './validator-set.ts';

const lightStepTitles = {
  form: 'Header, commit and validators belong together.',
  chain: 'The block is of the chain that you follow.',
  fresh: 'What you trust is not too old to build on.',
  order: 'The block comes after the one that you trust.',
  clock: 'The block is not from the future.',
  succession: 'Its validators are named, or the block is signed, by those that you trust.',
  commit: 'More than two thirds of its validators signed it.',
} as const;

export type LightStep = keyof typeof lightStepTitles;

export interface LightFacts {
  readonly chainId: string;
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly hash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly validatorsHash: Uint8Array;
}

/** Milliseconds. */
export interface LightOptions {
  readonly now: number;
  /** How long after its time a block's validators can still be held to account; no longer than the time in which they could leave. */
  readonly trustingPeriodMs: number;
  readonly maxClockDriftMs?: number;
  readonly trustLevel?: TrustLevel;
}

export const DEFAULT_CLOCK_DRIFT_MS = 10_000;

export type LightReport = Report<LightStep, LightFacts>;

/** May `next` be trusted, given that `trusted` is? */
export function verifyLightBlock(trusted: LightBlock, next: LightBlock, options: LightOptions): LightReport {
  const hash = consensusHeaderHash(next.header);
  const { header } = next;
  const facts: LightFacts = {
    chainId: header.chainId,
    height: header.height,
    time: millisecondsOf(header.time),
    hash,
    appHash: header.appHash,
    validatorsHash: header.validatorsHash,
  };
  const problem = lightBlockProblem(next, hash);
  const form = problem === undefined ? held(`Block ${header.height}, hash ${toHex(hash)}.`) : failed(`Block ${header.height}: ${problem}.`);
  const before = {
    form,
    chain: chainOutcome(trusted, next),
    fresh: freshOutcome(trusted, options),
    order: orderOutcome(trusted, next),
    clock: clockOutcome(next, options),
  };
  // Signatures cost the most, and those of a block that is refused anyway say nothing.
  const wasted = Object.values(before).some(({ state }) => state === 'failed');
  if (wasted) return report(lightStepTitles, before, facts);
  const valid = signatureCheck(header.chainId, next.commit);
  const succession = successionOutcome(trusted, next, options, valid);
  const commit: Outcome =
    succession.state === 'failed'
      ? unchecked('Not looked at: its validators are not known to be the chain’s.')
      : holdsUnless(commitProblem(next, valid), 'More than two thirds of the power signed.');
  return report(lightStepTitles, { ...before, succession, commit }, facts);
}

/** Whether it is one whole: the commit is to this header, with a vote for each validator, and the validators are the header's. */
export function lightBlockProblem({ header, commit, validators }: LightBlock, hash: Uint8Array): string | undefined {
  if (commit.height !== header.height) return `the commit is to block ${commit.height}`;
  if (!equalBytes(commit.blockId.hash, hash)) return 'the commit is to another header';
  const setProblem = validatorSetProblem(validators);
  if (setProblem !== undefined) return `the validator set: ${setProblem}`;
  if (!equalBytes(validatorSetHash(validators), header.validatorsHash)) return 'the validators are not the ones that the header names';
  return commit.votes.length === validators.length ? undefined : `${commit.votes.length} votes of ${validators.length} validators`;
}

const chainOutcome = (trusted: LightBlock, { header }: LightBlock): Outcome =>
  outcome(
    header.chainId === trusted.header.chainId,
    `Chain ${header.chainId}.`,
    `It is of the chain ${header.chainId}, not of ${trusted.header.chainId}.`,
  );

function freshOutcome({ header }: LightBlock, { now, trustingPeriodMs }: LightOptions): Outcome {
  const until = millisecondsOf(header.time) + trustingPeriodMs;
  return outcome(
    until > now,
    `Trusted until ${timeText(until)}.`,
    `The trust in block ${header.height} ended ${timeText(until)}: get a newer one from somebody you trust.`,
  );
}

function orderOutcome(trusted: LightBlock, next: LightBlock): Outcome {
  if (next.header.height <= trusted.header.height) return failed(`Block ${next.header.height} does not come after block ${trusted.header.height}.`);
  return outcome(
    compareTimes(next.header.time, trusted.header.time) > 0,
    `Block ${next.header.height} after block ${trusted.header.height}.`,
    'Its time is not after that of the trusted block.',
  );
}

function clockOutcome({ header }: LightBlock, { now, maxClockDriftMs = DEFAULT_CLOCK_DRIFT_MS }: LightOptions): Outcome {
  const time = millisecondsOf(header.time);
  return outcome(time < now + maxClockDriftMs, `Made ${timeText(time)}.`, `It says it was made ${timeText(time)}; now is ${timeText(now)}.`);
}

function successionOutcome(
  trusted: LightBlock,
  next: LightBlock,
  { trustLevel = DEFAULT_TRUST_LEVEL }: LightOptions,
  valid: ReturnType<typeof signatureCheck>,
): Outcome {
  if (next.header.height === trusted.header.height + 1)
    return outcome(
      equalBytes(next.header.validatorsHash, trusted.header.nextValidatorsHash),
      'The trusted block names these validators.',
      'The trusted block names other validators for this one.',
    );
  if (!isTrustLevel(trustLevel)) return failed('The trust level is not between 1/3 and 1.');
  return holdsUnless(overlapProblem(trusted.validators, next, trustLevel, valid), 'Enough of the trusted validators signed.');
}

const isTrustLevel = ({ numerator, denominator }: TrustLevel): boolean =>
  Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator) && denominator > 0 && numerator * 3 >= denominator && numerator <= denominator;

const holdsUnless = (problem: string | undefined, whenHeld: string): Outcome =>
  problem === undefined ? held(whenHeld) : failed(`${problem[0]!.toUpperCase()}${problem.slice(1)}.`);
