/** The anchors of one organisation as the ledger has them. */
import { CodedException, unwrap } from '../base/result.ts';
import { anchorStateKey, decodeAnchor } from '../ledger/anchors/state.ts';
import type { LedgerClient, TransactionView } from '../ledger/client.ts';
import { decodeTransaction } from '../ledger/transaction/transaction.ts';

/** Where on the ledger an anchor is. */
export interface Place {
  /** Position of its transaction in the ledger's transaction log. */
  readonly logIndex: number;
  readonly height: number;
  /** The block's time, milliseconds since 1970. */
  readonly time: number;
}

export interface LedgerAnchor extends Place {
  readonly number: number;
  readonly commitment: Uint8Array;
  /** Which operation of the transaction it is. */
  readonly operation: number;
}

/** What it takes to find anchors: also without an engine, from a block file alone. */
export interface LedgerHistory extends Pick<LedgerClient, 'head' | 'transactionAt'>, Partial<Pick<LedgerClient, 'get'>> {
  block(height: number): Promise<{ readonly time: number } | undefined>;
}

/** Undefined also where the ledger keeps no transaction that old. */
export async function transactionAt(ledger: LedgerHistory, logIndex: number): Promise<TransactionView | undefined> {
  try {
    return await ledger.transactionAt(logIndex);
  } catch (cause) {
    if (cause instanceof CodedException && cause.code === 'engine.block-pruned') return undefined;
    throw cause;
  }
}

/** The organisation's anchors in the transaction at a position, as a rule one or none. */
async function anchorsAt(ledger: LedgerHistory, organisation: string, logIndex: number): Promise<readonly LedgerAnchor[]> {
  const found = await transactionAt(ledger, logIndex);
  const decoded = found && decodeTransaction(found.bytes);
  if (!found || !decoded?.ok) return [];
  const anchors = [...decoded.value.operations.entries()].flatMap(([operation, { op, ...fields }]) =>
    op === 'anchors.anchor' && 'commitment' in fields && 'number' in fields && fields.org === organisation
      ? [{ number: fields.number, commitment: fields.commitment, operation }]
      : [],
  );
  if (anchors.length === 0) return [];
  const time = (await ledger.block(found.height))?.time ?? 0;
  return anchors.map((anchor) => ({ ...anchor, logIndex, height: found.height, time }));
}

/** The anchor with this number in the transaction at this position; undefined: it is not there. */
export const anchorAt = async (ledger: LedgerHistory, organisation: string, logIndex: number, number: number): Promise<LedgerAnchor | undefined> =>
  (await anchorsAt(ledger, organisation, logIndex)).find((anchor) => anchor.number === number);

/** The anchors among the ledger's transactions from `from` on, in order. */
export async function* anchorsOnLedger(ledger: LedgerHistory, organisation: string, from = 0): AsyncGenerator<LedgerAnchor> {
  const { logSize } = ledger.head();
  for (let logIndex = from; logIndex < logSize; logIndex++) yield* await anchorsAt(ledger, organisation, logIndex);
}

/** The newest one: from the state where there is one, else by looking back. */
export async function newestAnchor(
  ledger: LedgerHistory,
  organisation: string,
): Promise<{ readonly number: number; readonly commitment: Uint8Array } | undefined> {
  if (ledger.get) {
    const bytes = await ledger.get(anchorStateKey(organisation));
    return bytes && unwrap(decodeAnchor(bytes));
  }
  for (let logIndex = ledger.head().logSize - 1; logIndex >= 0; logIndex--) {
    const newest = (await anchorsAt(ledger, organisation, logIndex)).at(-1);
    if (newest) return newest;
  }
  return undefined;
}
