/** CometBFT for tests: found or built by `npm test` (scripts/lib/cometbft.mjs), named by environment variables; a missing one is a skip with a reason, and a failure with CI=true. */
export interface Certified {
  readonly series: '0.40' | '0.38';
  readonly variable: 'CARELEDGER_COMETBFT' | 'CARELEDGER_COMETBFT_38';
}

export const certified: readonly Certified[] = [
  { series: '0.40', variable: 'CARELEDGER_COMETBFT' },
  { series: '0.38', variable: 'CARELEDGER_COMETBFT_38' },
];

/** The program of a series; undefined (with a printed reason) where there is none. */
export function cometbftOf(series: Certified['series']): string | undefined {
  const { variable } = certified.find((one) => one.series === series)!;
  const program = process.env[variable];
  if (program) return program;
  if (process.env['CI'] && process.env['CI'] !== 'false') throw new Error(`no CometBFT ${series}: ${variable} is not set`);
  console.warn(`skipped: no CometBFT ${series} (npm test builds it with Go; or name one in ${variable})`);
  return undefined;
}
