const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** Bytes for people: `1,234` → `1.2 kB`. */
export function sizeText(bytes: number, language: string): string {
  let value = bytes;
  let unit: string = 'B';
  for (const next of UNITS) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toLocaleString(language, { maximumFractionDigits: value < 10 && unit !== 'B' ? 1 : 0 })} ${unit}`;
}

/** Seconds from each block to the next, oldest first. `blocks` newest first. */
export const intervalsOf = (blocks: readonly { readonly time: string }[]): readonly number[] =>
  blocks
    .slice(0, -1)
    .map(({ time }, at) => Math.max(0, Date.parse(time) - Date.parse(blocks[at + 1]!.time)) / 1000)
    .toReversed();
