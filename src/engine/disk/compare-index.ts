/** Compares an index, entry by entry, with what the blocks give. */
import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Execution } from '../../ledger/execution/execute-block.ts';
import type { Place } from './block-file.ts';
import { entriesOf, headKey, staleKey, type IndexReader } from './index-entries.ts';
import { attestationPlace, indexedHeight } from './index-view.ts';
import { nodesOnPage, restOfPage } from './node-pages.ts';

export interface IndexComparison {
  /** Entries that are there as they should be. */
  readonly entries: number;
  /** Sentences about entries that are not. */
  readonly problems: readonly string[];
}

export interface IndexComparer {
  /** Height up to which the index claims to be; blocks after it are not compared. */
  readonly height: number | undefined;
  block(execution: Execution, place: Place): void;
  attestation(height: number, place: Place): void;
  /** `stored` counts all entries that the index has, without the engine's notes. */
  finish(stored: number): IndexComparison;
}

const WHAT: Readonly<Record<string, string>> = {
  n: 'state',
  t: 'transaction hash',
  l: 'transaction log',
  b: 'block position',
  s: 'retired state',
  m: 'head',
  a: 'attestation',
};
/** Enough to see what is wrong; the rest is counted. */
const MAX_PROBLEMS = 20;

export function indexComparer(index: IndexReader): IndexComparer {
  const height = indexedHeight(index);
  /** State nodes that the index lacks: fine once a pruned block has retired them. */
  const lacking = new Map<string, number>();
  const problems: string[] = [];
  /** Where the attestations of a height are: the index has the newest that it knew of. */
  const attestations = new Map<number, Place[]>();
  let entries = 0;
  let newest: number | undefined;
  let unreported = 0;
  let keptSince: number | undefined;

  const problem = (text: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(text);
    else unreported++;
  };

  /** A page has the nodes that the block made, but for those that are pruned by now. */
  function comparePages({ header, stateUpdate }: Execution, keys: readonly Uint8Array[]): void {
    const expected = new Map(stateUpdate.nodes.map(({ id, bytes }) => [toHex(id), bytes]));
    for (const key of keys) {
      const page = index.get(key);
      if (!page) continue;
      entries++;
      if (restOfPage(page) > 0) problem(`${WHAT['n']} entry of block ${header.height} is altered (${toHex(key)})`);
      for (const { id, bytes } of nodesOnPage(key, page)) {
        const name = toHex(id);
        const value = expected.get(name);
        if (!value || !equalBytes(value, bytes)) problem(`${WHAT['n']} entry of block ${header.height} is altered (${name.slice(0, 24)}…)`);
        else expected.delete(name);
      }
    }
    for (const name of expected.keys()) lacking.set(name, header.height);
  }

  return {
    height,
    block(execution, place) {
      const { header, stateUpdate } = execution;
      if (header.height === height) newest = place.offset;
      const pages: Uint8Array[] = [];
      for (const { key, value } of entriesOf(execution, place)) {
        if (equalBytes(key, headKey)) continue;
        const stored = index.get(key);
        const kind = String.fromCharCode(key[0]!);
        if (kind === 'n') pages.push(key);
        else if (stored && equalBytes(stored, value!)) entries++;
        else if (stored) problem(`${WHAT[kind]} entry of block ${header.height} is altered (${toHex(key).slice(0, 24)}…)`);
        else if (kind !== 's' || keptSince !== undefined)
          problem(`${WHAT[kind]} entry of block ${header.height} is missing (${toHex(key).slice(0, 24)}…)`);
      }
      comparePages(execution, pages);
      const isPruned = index.get(staleKey(header.height)) === undefined;
      if (!isPruned) keptSince ??= header.height;
      if (!isPruned) return;
      for (const id of stateUpdate.stale)
        if (!lacking.delete(toHex(id))) problem(`retired state of block ${header.height} is still there, but its list is missing`);
    },
    attestation(at, place) {
      attestations.set(at, [...(attestations.get(at) ?? []), place]);
    },
    finish(stored) {
      for (const [at, places] of attestations) {
        const found = attestationPlace(index, at);
        if (found && places.some(({ offset, length }) => offset === found.offset && length === found.length)) entries++;
        else if (found) problem(`${WHAT['a']} entry of block ${at} is altered`);
        // What was appended behind the newest block of the index is written there with the next.
        else if (places.some(({ offset }) => newest === undefined || offset < newest)) problem(`${WHAT['a']} entry of block ${at} is missing`);
      }
      for (const [name, at] of lacking) problem(`state entry of block ${at} is missing (${name.slice(0, 24)}…)`);
      if (height !== undefined) entries++;
      if (problems.length === 0 && stored !== entries) problem(`the index has ${stored} entries where the blocks give ${entries}`);
      return { entries, problems: unreported === 0 ? problems : [...problems, `and ${unreported} more`] };
    },
  };
}
