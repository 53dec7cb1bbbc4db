/**
 * Skipping verification (CometBFT specification, "Light client"): from a trusted block to a later one in as few steps as the changes of the
 * validators allow. Where too few of the trusted validators signed the later block, one in the middle is asked for. Blocks come from a
 * provider that need not be honest.
 */
import type { LightBlock } from './light-block.ts';
import { verifyLightBlock, type LightOptions, type LightReport } from './verify.ts';

/** Undefined: it has no block of this height, or gives none. */
export type LightBlockProvider = (height: number) => Promise<LightBlock | undefined>;

export interface Followed {
  readonly verdict: 'held' | 'failed' | 'incomplete';
  /** Why it went no further, when it did not. */
  readonly detail: string;
  /** The newest block that is trusted now; the one it began with when no step held. */
  readonly trusted: LightBlock;
  /** One for each block that was looked at, in order; one that needed a block in between is in here as failed at `succession`. */
  readonly reports: readonly LightReport[];
}

/** Halvings from any height to the next one, at most. */
const MAX_OPEN = 64;
/** Blocks looked at, at most: so many changes of the validators as nobody makes between two visits. */
const MAX_STEPS = 2_000;

export async function followTo(trusted: LightBlock, height: number, provider: LightBlockProvider, options: LightOptions): Promise<Followed> {
  const reports: LightReport[] = [];
  const stop = (verdict: Followed['verdict'], detail: string): Followed => ({ verdict, detail, trusted, reports });
  const first = await provider(height);
  if (first?.header.height !== height) return stop('incomplete', `The provider has no block ${height}.`);
  const open = [first];
  while (open.length > 0) {
    if (reports.length >= MAX_STEPS) return stop('incomplete', `Not there after ${MAX_STEPS} blocks.`);
    const next = open.at(-1)!;
    const report = verifyLightBlock(trusted, next, options);
    reports.push(report);
    if (report.verdict === 'held') {
      trusted = next;
      open.pop();
      continue;
    }
    const distance = next.header.height - trusted.header.height;
    const failing = report.steps.filter(({ state }) => state === 'failed');
    const needsOneBetween = distance > 1 && failing.length === 1 && failing[0]!.name === 'succession';
    if (!needsOneBetween || open.length >= MAX_OPEN) return stop('failed', failing[0]?.detail ?? 'A step could not be checked.');
    const middle = trusted.header.height + Math.floor(distance / 2);
    const between = await provider(middle);
    if (between?.header.height !== middle) return stop('incomplete', `The provider has no block ${middle}.`);
    open.push(between);
  }
  return stop('held', `Block ${height} follows.`);
}
