/** How far this organisation's log is on the ledger: entries before this position have receipts. */
import { anchorStateKey, decodeAnchor } from '../../ledger/anchors/state.ts';
import type { LedgerClient } from '../../ledger/client.ts';

export function anchoredSize(ledger: Pick<LedgerClient, 'head' | 'get'>, organisation: string): () => Promise<number> {
  let height = -1;
  let size = 0;
  return async () => {
    const head = ledger.head().height;
    if (head !== height) {
      const bytes = await ledger.get(anchorStateKey(organisation));
      const decoded = bytes && decodeAnchor(bytes);
      size = decoded?.ok ? decoded.value.size : 0;
      height = head;
    }
    return size;
  };
}
