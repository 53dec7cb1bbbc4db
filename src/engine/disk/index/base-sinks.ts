/** A base on its way into the index, and a base that is only looked at. */
import { toHex, uint64 } from '../../../base/bytes.ts';
import { idsIn } from '../../../ledger/state/node.ts';
import type { BaseSink } from '../blocks/base.ts';
import { baseEntriesOf, headKey, prunedEntriesOf } from './index-entries.ts';
import type { IndexReader, IndexWrite } from './index-port.ts';
import { pagedNodes, pagesOf, withoutNodes } from './node-pages.ts';

export interface WritableIndex extends IndexReader {
  apply(writes: readonly IndexWrite[]): Promise<void>;
}

/** The index of a base is complete when it has a head: `end` comes last. */
export const indexSink = (index: WritableIndex): BaseSink => ({
  nodes: pagedNodes(index),
  begin: (base, payload) => index.apply(baseEntriesOf(base, payload)),
  block: (block, place) => index.apply(prunedEntriesOf(block, place)),
  async state({ nodes, stale }) {
    await index.apply(pagesOf(nodes));
    if (stale.length > 0) await index.apply(withoutNodes(idsIn(stale), index));
  },
  end: (block, place, root) => index.apply([...prunedEntriesOf(block, place, { root }), { key: headKey, value: uint64(block.block.header.height) }]),
});

/** Nodes by id, and what to do with the transactions. */
export function memorySink(nodes: Map<string, Uint8Array>, onTransaction: (hash: Uint8Array, height: number) => void): BaseSink {
  const add: BaseSink['block'] = async ({ block }) => {
    for (const hash of block.transactions) onTransaction(hash, block.header.height);
  };
  return {
    nodes: { get: (id) => nodes.get(toHex(id)) },
    begin: async () => undefined,
    block: add,
    async state(update) {
      for (const { id, bytes } of update.nodes) nodes.set(toHex(id), bytes);
      for (const id of idsIn(update.stale)) nodes.delete(toHex(id));
    },
    end: (block, place) => add(block, place),
  };
}
