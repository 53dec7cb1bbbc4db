/**
 * The tree over the log, recomputed. For each position there are up to three witnesses of its leaf: the opened content, the entry's own
 * leaf column, the tile. The tree is built from what most of them say, compared with every anchored root on the way; then whichever
 * witness differs is the one that was altered.
 */
import { equalBytes } from '../../base/bytes.ts';
import { foldHashes, HASH_BYTES, TILE_HASHES } from '../../anchoring/tile-fold.ts';
import type { Anchor } from '../../anchoring/anchor-history.ts';
import { appendLeaf, emptyFrontier, frontierRoot, type Frontier } from '../../ledger/proofs/merkle-log.ts';
import type { Row } from '../../store/database.ts';
import type { Findings } from './report.ts';
import type { Snapshot } from './scan.ts';

const TILES_AHEAD = 64;

export interface Witnesses {
  /** From the opened content; undefined when it does not open. */
  readonly recomputed: Uint8Array | undefined;
  /** The column; undefined when the row is missing. */
  readonly stored: Uint8Array | undefined;
}

export class LogChecker {
  readonly #snapshot: Snapshot;
  readonly #findings: Findings;
  readonly #anchors: readonly Anchor[];
  /** Full level-0 tiles that a log of this size has. */
  readonly #fullTiles: number;
  #nextAnchor = 0;
  #lastHeld = 0;
  #frontier: Frontier = emptyFrontier;
  #tiles = new Map<number, Uint8Array>();
  /** Roots of finished tiles, per level: what the tiles above must hold. */
  readonly #levels: Uint8Array[][] = [[]];

  constructor(snapshot: Snapshot, findings: Findings, anchors: readonly Anchor[], size: number) {
    this.#snapshot = snapshot;
    this.#findings = findings;
    this.#anchors = anchors;
    this.#fullTiles = Math.floor(size / TILE_HASHES);
  }

  size(): number {
    return this.#frontier.size;
  }

  /** Leaves up to here are proven by the ledger. */
  provenSize(): number {
    return this.#lastHeld;
  }

  /** The next position; returns the leaf that the tree takes, undefined when there is no witness at all. */
  async next({ recomputed, stored }: Witnesses): Promise<Uint8Array | undefined> {
    const sequence = this.#frontier.size;
    const tiled = await this.#tiled(sequence);
    const witnesses = [recomputed, stored, tiled].filter((witness) => witness !== undefined);
    const agreed = witnesses.find((witness, index) => witnesses.some((other, place) => place !== index && equalBytes(witness, other)));
    const leaf = agreed ?? tiled ?? recomputed ?? stored;
    if (!leaf) return undefined;
    if (tiled && !equalBytes(tiled, leaf)) this.#tileDamage(0, Math.floor(sequence / TILE_HASHES));
    this.#append(leaf);
    if (this.#frontier.size % TILE_HASHES === 0) await this.#checkAbove();
    return leaf;
  }

  #append(leaf: Uint8Array): void {
    this.#frontier = appendLeaf(this.#frontier, leaf);
    (this.#levels[0] ??= []).push(leaf);
    while (this.#anchors[this.#nextAnchor] && this.#anchors[this.#nextAnchor]!.size <= this.#frontier.size) {
      const anchor = this.#anchors[this.#nextAnchor++]!;
      if (anchor.size !== this.#frontier.size) continue;
      this.#findings.counts.anchors++;
      if (equalBytes(frontierRoot(this.#frontier), anchor.root)) this.#lastHeld = anchor.size;
      else if (this.#lastHeld === (this.#anchors[this.#nextAnchor - 2]?.size ?? 0)) {
        const where = `entries ${this.#lastHeld} to ${anchor.size - 1}`;
        this.#findings.add({
          code: 'verify.not-anchored-log',
          what: 'The log is not the one that was put on the ledger: it was rewritten from here on.',
          where,
          repair: 'no',
        });
      }
    }
  }

  async #tiled(sequence: number): Promise<Uint8Array | undefined> {
    const index = Math.floor(sequence / TILE_HASHES);
    if (index >= this.#fullTiles) return undefined;
    if (sequence % (TILE_HASHES * TILES_AHEAD) === 0) {
      const rows = await this.#snapshot.query('select index, hashes from tile where level = 0 and index >= $1 and index < $2', [
        index,
        index + TILES_AHEAD,
      ]);
      this.#tiles = new Map(rows.map(([at, hashes]: Row) => [Number(at), hashes as Uint8Array]));
    }
    const offset = (sequence % TILE_HASHES) * HASH_BYTES;
    const tile = this.#tiles.get(index);
    if (offset === 0) {
      this.#findings.counts.tiles++;
      if (tile?.length !== TILE_HASHES * HASH_BYTES) this.#tileDamage(0, index);
    }
    const hash = tile?.subarray(offset, offset + HASH_BYTES);
    return hash?.length === HASH_BYTES ? hash : undefined;
  }

  readonly #damagedTiles = new Set<string>();

  #tileDamage(level: number, index: number): void {
    const where = `tile ${level}/${index}`;
    if (this.#damagedTiles.has(where)) return;
    this.#damagedTiles.add(where);
    this.#findings.add({ code: 'verify.tile-altered', what: 'A part of the log’s hash tree was altered.', where, repair: 'rebuild' });
  }

  /** A tile is complete: its root goes to the level above, whose own tile may be complete with it. */
  async #checkAbove(): Promise<void> {
    let size = this.#frontier.size;
    for (let level = 0; this.#levels[level]!.length === TILE_HASHES; level++) {
      size /= TILE_HASHES;
      const hashes = Buffer.concat(this.#levels[level]!);
      this.#levels[level] = [];
      (this.#levels[level + 1] ??= []).push(foldHashes(hashes));
      if (level === 0) continue;
      this.#findings.counts.tiles++;
      const [row] = await this.#snapshot.query('select hashes from tile where level = $1 and index = $2', [level, size - 1]);
      if (!row || !equalBytes(row[0] as Uint8Array, hashes)) this.#tileDamage(level, size - 1);
    }
  }

  /** Everything was seen: are there anchors of entries that are not here, and tiles of a log that is not? */
  async finish(): Promise<void> {
    const { size } = this.#frontier;
    const last = this.#anchors.at(-1);
    if (last && last.size > size) {
      const what = `The log ends at ${size} entries; the ledger has a head of ${last.size}: the end was cut off, or an older copy was put back.`;
      this.#findings.add({ code: 'verify.truncated', what, where: `entries ${size} to ${last.size - 1}`, sequence: size, repair: 'no' });
    }
    for (const [level, count] of await this.#snapshot.query('select level, count(*) from tile group by level order by level')) {
      const expected = Math.floor(size / TILE_HASHES ** ((level as number) + 1));
      if (Number(count) > expected) this.#tileDamage(level as number, expected);
    }
    if (last && this.#lastHeld < size)
      this.#findings.unchecked.push(`${size - this.#lastHeld} entries behind entry ${this.#lastHeld}: not proven by an anchor.`);
  }
}
