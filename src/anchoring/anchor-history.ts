/** Where on the ledger the heads of this organisation's log are. Rows are copies of what the ledger has: missing ones are read again. */
import { toHex } from '../base/bytes.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { decodeTransaction } from '../ledger/transaction/transaction.ts';
import type { Database, Row } from '../store/database.ts';

export interface Anchor {
  /** Entries that it covers. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Position of its transaction in the ledger's transaction log. */
  readonly logIndex: number;
  readonly height: number;
  /** The block's time, milliseconds since 1970. */
  readonly time: number;
}

/** What it takes to find anchors: also without an engine, from a block file alone. */
export interface LedgerHistory extends Pick<LedgerClient, 'head' | 'transactionAt'> {
  block(height: number): Promise<{ readonly time: number } | undefined>;
}

/** The anchors of an organisation among the ledger's transactions from `from` on, in order. */
export async function* anchorsOnLedger(ledger: LedgerHistory, organisation: string, from = 0): AsyncGenerator<Anchor> {
  const { logSize } = ledger.head();
  let block: { readonly height: number; readonly time: number } | undefined;
  for (let logIndex = from; logIndex < logSize; logIndex++) {
    const found = await ledger.transactionAt(logIndex);
    const decoded = found && decodeTransaction(found.bytes);
    if (!found || !decoded?.ok) continue;
    for (const operation of decoded.value.operations) {
      if (operation.op !== 'anchors.anchor' || operation.org !== organisation) continue;
      if (block?.height !== found.height) block = { height: found.height, time: (await ledger.block(found.height))?.time ?? 0 };
      yield { size: operation.size, root: operation.root, logIndex, height: found.height, time: block!.time };
    }
  }
}

const COLUMNS = 'size, root, log_index, height, time';

const anchorOf = ([size, root, logIndex, height, time]: Row): Anchor => ({
  size: Number(size),
  root: root as Uint8Array,
  logIndex: Number(logIndex),
  height: Number(height),
  time: Number(time),
});

export class AnchorHistory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Copies what the ledger has beyond the newest row. */
  async catchUp(ledger: LedgerClient, organisation: string): Promise<void> {
    const [row] = await this.#database.query({ text: 'select coalesce(max(log_index) + 1, 0) from anchor', values: [] });
    const seen = new Set<string>();
    for await (const anchor of anchorsOnLedger(ledger, organisation, Number(row![0]))) {
      const name = `${anchor.size}/${toHex(anchor.root)}`;
      if (!seen.has(name)) await this.add(anchor);
      seen.add(name);
    }
  }

  async add({ size, root, logIndex, height, time }: Anchor): Promise<void> {
    await this.#database.query({
      name: 'anchor-add',
      text: `insert into anchor (${COLUMNS}) values ($1, $2, $3, $4, $5) on conflict (size) do nothing`,
      values: [size, root, logIndex, height, time],
    });
  }

  /** The first anchor that covers the entry. */
  async covering(sequence: number): Promise<Anchor | undefined> {
    const [row] = await this.#database.query({
      name: 'anchor-covering',
      text: `select ${COLUMNS} from anchor where size > $1 order by size limit 1`,
      values: [sequence],
    });
    return row && anchorOf(row);
  }

  /** Newest first. */
  async list(limit: number, beforeSize?: number): Promise<readonly Anchor[]> {
    const rows = await this.#database.query({
      name: 'anchor-list',
      text: `select ${COLUMNS} from anchor where size < $1 order by size desc limit $2`,
      values: [beforeSize ?? Number.MAX_SAFE_INTEGER, Math.min(limit, 1000)],
    });
    return rows.map(anchorOf);
  }
}
