/** Hash tiles (C2SP tlog-tiles): 256 hashes of one level in a row, eight levels of the tree between one tile level and the next. */
import { concat } from '../../base/bytes.ts';
import type { GetNode } from '../../ledger/proofs/merkle-log.ts';

const WIDTH = 256;
const LEVELS_PER_TILE = 8;
const MAX_TILE_LEVEL = 6;

export interface TileName {
  /** Tile level, 0 being leaf hashes. */
  readonly level: number;
  readonly index: number;
  /** Hashes asked for, 1 to 256. */
  readonly width: number;
}

/** `<level>/<index>[.p/<width>]`, the index in groups of three digits, all but the last with an `x` before them. */
export function parseTilePath(path: string): TileName | undefined {
  const parts = /^(\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (!parts) return undefined;
  const index = Number(parts[2]!.replaceAll(/[x/]/g, ''));
  const width = parts[3] === undefined ? WIDTH : Number(parts[3]);
  const level = Number(parts[1]);
  // One name for each tile: no leading group of zeros, and a partial tile is narrower than a full one.
  if (parts[2]!.startsWith('x000/') || level > MAX_TILE_LEVEL || (parts[3] !== undefined && width >= WIDTH)) return undefined;
  return { level, index, width };
}

/** Undefined where the log has fewer such nodes, or they are not kept here (a ledger that begins with a snapshot). */
export function tileOf({ level, index, width }: TileName, logSize: number, node: GetNode): Uint8Array | undefined {
  const treeLevel = level * LEVELS_PER_TILE;
  const complete = Math.floor(logSize / 2 ** treeLevel);
  const first = index * WIDTH;
  if (first + width > complete) return undefined;
  try {
    return concat(...Array.from({ length: width }, (_, at) => node(treeLevel, first + at)));
  } catch {
    return undefined;
  }
}
