import type { BlockSummary } from '../../contract/explorer.ts';

/** Two lists of blocks as one, newest first, each height once. */
export function mergeBlocks(...lists: readonly (readonly BlockSummary[])[]): readonly BlockSummary[] {
  const byHeight = new Map(lists.flat().map((block) => [block.height, block]));
  return [...byHeight.values()].toSorted((a, b) => b.height - a.height);
}

/** Mean seconds between these blocks; undefined for fewer than two. */
export function meanInterval(newestFirst: readonly BlockSummary[]): number | undefined {
  const [first, last] = [newestFirst[0], newestFirst.at(-1)];
  if (first === undefined || last === undefined || first.height === last.height) return undefined;
  return (Date.parse(first.time) - Date.parse(last.time)) / 1000 / (first.height - last.height);
}
