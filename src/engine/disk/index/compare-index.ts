/** Compares an index, entry by entry, with what the blocks give. */
import { equalBytes, toHex } from '../../../base/bytes.ts';
import type { Execution } from '../../../ledger/execution/execute-block.ts';
import { idsIn } from '../../../ledger/state/node.ts';
import type { StateUpdate } from '../../../ledger/state/update.ts';
import type { Place } from '../blocks/block-file.ts';
import type { BaseSink } from '../blocks/base.ts';
import { baseEntriesOf, entriesOf, headKey, prunedEntriesOf, staleKey } from './index-entries.ts';
import type { IndexReader, IndexWrite } from './index-port.ts';
import { attestationPlace, indexedHeight } from './index-view.ts';
import { NODE_PREFIX, nodesOnPage, pagedNodes, pageKey, restOfPage } from './node-pages.ts';

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
  /** What a block file begins with is compared on its way to `sink`. */
  base(sink: BaseSink): BaseSink;
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
  g: 'base',
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
    const expected = new Map(Array.from(stateUpdate.nodes, ({ id, bytes }) => [toHex(id), bytes]));
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

  const found = pagedNodes(index);
  /** Nodes of a base that are there, by page: chunks share pages. */
  const basePages = new Map<string, { readonly key: Uint8Array; nodes: number }>();

  function compareEntries(writes: readonly IndexWrite[], at: number): void {
    for (const { key, value } of writes) {
      const stored = index.get(key);
      const kind = String.fromCharCode(key[0]!);
      if (stored && equalBytes(stored, value!)) entries++;
      else if (stored) problem(`${WHAT[kind]} entry of block ${at} is altered (${toHex(key).slice(0, 24)}…)`);
      else if (kind !== 's' || keptSince !== undefined) problem(`${WHAT[kind]} entry of block ${at} is missing (${toHex(key).slice(0, 24)}…)`);
    }
  }

  function compareBaseState({ nodes, stale }: StateUpdate, at: number): void {
    for (const { id, bytes } of nodes) {
      const stored = found.get(id);
      if (!stored) {
        lacking.set(toHex(id), at);
        continue;
      }
      if (!equalBytes(stored, bytes)) problem(`state entry of block ${at} is altered (${toHex(id).slice(0, 24)}…)`);
      const key = pageKey(id);
      const page = basePages.get(toHex(key)) ?? { key, nodes: 0 };
      page.nodes++;
      basePages.set(toHex(key), page);
    }
    for (const id of idsIn(stale)) if (!lacking.delete(toHex(id))) problem(`retired state of block ${at} is still there`);
  }

  return {
    height,
    block(execution, place) {
      const { header, stateUpdate } = execution;
      if (header.height === height) newest = place.offset;
      const pages: Uint8Array[] = [];
      const others: IndexWrite[] = [];
      for (const write of entriesOf(execution, place)) {
        if (write.key[0] === NODE_PREFIX) pages.push(write.key);
        else if (!equalBytes(write.key, headKey)) others.push(write);
      }
      compareEntries(others, header.height);
      comparePages(execution, pages);
      const isPruned = index.get(staleKey(header.height)) === undefined;
      if (!isPruned) keptSince ??= header.height;
      if (!isPruned) return;
      for (const id of idsIn(stateUpdate.stale))
        if (!lacking.delete(toHex(id))) problem(`retired state of block ${header.height} is still there, but its list is missing`);
    },
    attestation(at, place) {
      attestations.set(at, [...(attestations.get(at) ?? []), place]);
    },
    base(sink) {
      let at = 0;
      return {
        nodes: sink.nodes,
        async begin(base, payload) {
          at = base.height;
          compareEntries(baseEntriesOf(base, payload), at);
          await sink.begin(base, payload);
        },
        async block(block, place) {
          compareEntries(prunedEntriesOf(block, place), block.block.header.height);
          await sink.block(block, place);
        },
        async state(update) {
          compareBaseState(update, at);
          await sink.state(update);
        },
        async end(block, place, root) {
          compareEntries(prunedEntriesOf(block, place, { root }), at);
          await sink.end(block, place, root);
        },
      };
    },
    finish(stored) {
      for (const { key, nodes } of basePages.values()) {
        const page = index.get(key)!;
        entries++;
        if (restOfPage(page) > 0 || Array.from(nodesOnPage(key, page)).length !== nodes)
          problem(`state entry of the base is altered (${toHex(key)})`);
      }
      for (const [at, places] of attestations) {
        const stands = attestationPlace(index, at);
        if (stands && places.some(({ offset, length }) => offset === stands.offset && length === stands.length)) entries++;
        else if (stands) problem(`${WHAT['a']} entry of block ${at} is altered`);
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
