/**
 * The Merkle tree of the organisation log, as tiles in the database and its right edge in memory. It follows the writer: leaves are
 * staged with the statement that writes them and count when that has committed.
 *
 *   edge[0]  leaf hashes since the last full tile          (size mod 256 of them)
 *   edge[k]  roots of full tiles of level k−1 since the last full tile of level k
 */
import type { Database } from '../store/database.ts';
import type { LogObserver, TileRow } from '../store/rows.ts';
import { resolvePlan, rootAt, frontierNodes, inclusionPlan, consistencyPlan, type NodeId } from '../ledger/proofs/merkle-log.ts';
import { HASH_BYTES, TILE_HASHES, TILE_LEVELS, foldHashes } from './tile-fold.ts';

const KEPT_TILES = 256;

interface Edge {
  readonly size: number;
  readonly levels: readonly (readonly Uint8Array[])[];
}

export class OrganisationLog implements LogObserver {
  readonly #database: Database;
  #edge: Edge = { size: 0, levels: [[]] };
  #staged: Edge | undefined;
  readonly #tiles = new Map<string, Uint8Array>();

  constructor(database: Database) {
    this.#database = database;
  }

  size(): number {
    return this.#edge.size;
  }

  async load(size: number): Promise<void> {
    this.#staged = undefined;
    this.#tiles.clear();
    const partial = size % TILE_HASHES;
    const rows = await this.#database.writer.query({ text: 'select leaf from entry where seq >= $1 order by seq', values: [size - partial] });
    const levels: Uint8Array[][] = [rows.map(([leaf]) => leaf as Uint8Array)];
    for (let level = 0, full = Math.floor(size / TILE_HASHES); full > 0; level++, full = Math.floor(full / TILE_HASHES)) {
      const first = full - (full % TILE_HASHES);
      const tiles = await this.#database.writer.query({
        text: 'select hashes from tile where level = $1 and index >= $2 and index < $3 order by index',
        values: [level, first, full],
      });
      levels.push(tiles.map(([hashes]) => foldHashes(hashes as Uint8Array)));
    }
    this.#edge = { size, levels };
  }

  stage(leaves: readonly Uint8Array[]): readonly TileRow[] {
    const levels = this.#edge.levels.map((level) => [...level]);
    const tiles: TileRow[] = [];
    let size = this.#edge.size;
    for (const leaf of leaves) {
      levels[0]!.push(leaf);
      size++;
      for (let level = 0; levels[level]!.length === TILE_HASHES; level++) {
        const hashes = Buffer.concat(levels[level]!);
        tiles.push({ level, index: size / TILE_HASHES ** (level + 1) - 1, hashes });
        levels[level] = [];
        (levels[level + 1] ??= []).push(foldHashes(hashes));
      }
    }
    this.#staged = { size, levels };
    return tiles;
  }

  commit(): void {
    if (this.#staged) this.#edge = this.#staged;
    this.#staged = undefined;
  }

  discard(): void {
    this.#staged = undefined;
  }

  /** Forgets tiles in memory: after the stored ones were repaired. */
  forget(): void {
    this.#tiles.clear();
  }

  /** The tree's root at any size up to the present one. */
  async root(size: number): Promise<Uint8Array> {
    const nodes = await this.#fetch(frontierNodes(size));
    return rootAt(size, nodes);
  }

  /** The leaf hash at a position, as the tree has it. */
  leaf(sequence: number): Promise<Uint8Array> {
    return this.#node(this.#edge, 0, sequence);
  }

  /** RFC 9162 §2.1.3.1. */
  async inclusion(index: number, size: number): Promise<readonly Uint8Array[]> {
    const plan = inclusionPlan(index, size);
    return resolvePlan(plan, await this.#fetch(plan.flat()));
  }

  /** RFC 9162 §2.1.4.1. */
  async consistency(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    const plan = consistencyPlan(oldSize, newSize);
    return resolvePlan(plan, await this.#fetch(plan.flat()));
  }

  async #fetch(nodes: readonly NodeId[]): Promise<(level: number, index: number) => Uint8Array> {
    const edge = this.#edge;
    const found = new Map<string, Uint8Array>();
    for (const { level, index } of nodes) found.set(`${level}/${index}`, await this.#node(edge, level, index));
    return (level, index) => found.get(`${level}/${index}`)!;
  }

  async #node(edge: Edge, level: number, index: number): Promise<Uint8Array> {
    const tileLevel = Math.floor(level / TILE_LEVELS);
    const width = 2 ** (level % TILE_LEVELS);
    const first = index * width;
    const tile = Math.floor(first / TILE_HASHES);
    const offset = first % TILE_HASHES;
    const full = Math.floor(edge.size / TILE_HASHES ** (tileLevel + 1));
    const hashes =
      tile < full
        ? (await this.#tile(tileLevel, tile)).subarray(offset * HASH_BYTES, (offset + width) * HASH_BYTES)
        : Buffer.concat((edge.levels[tileLevel] ?? []).slice(offset, offset + width));
    if (hashes.length !== width * HASH_BYTES) throw new Error(`the log's tree has no node ${level}/${index}`);
    return foldHashes(hashes);
  }

  async #tile(level: number, index: number): Promise<Uint8Array> {
    const name = `${level}/${index}`;
    const kept = this.#tiles.get(name);
    if (kept) return kept;
    const [row] = await this.#database.query({
      name: 'tile',
      text: 'select hashes from tile where level = $1 and index = $2',
      values: [level, index],
    });
    if (!row) throw new Error(`the log's tile ${name} is missing`);
    if (this.#tiles.size >= KEPT_TILES) this.#tiles.delete(this.#tiles.keys().next().value!);
    this.#tiles.set(name, row[0] as Uint8Array);
    return row[0] as Uint8Array;
  }
}
