/** The one form in which a measurement is told: a JSON line for machines, after a line for people. */

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer?: number;
  readonly peerName?: string;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export function printFigure({ name, unit, ours, peer, peerName }: Figure): void {
  const ratio = peer === undefined ? null : rounded(ours / peer);
  process.stdout.write(`${JSON.stringify({ name, unit, ours: rounded(ours), peer: peer ?? null, peerName: peerName ?? null, ratio })}\n`);
}

export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}
