/** The table of anchors against the ledger: it is a copy, and receipts are made with it. */
import { equalBytes } from '../../base/bytes.ts';
import type { Anchor } from '../../anchoring/anchor-history.ts';
import type { Findings } from './report.ts';
import type { Snapshot } from './scan.ts';

export async function anchorRows(snapshot: Snapshot, findings: Findings, anchors: readonly Anchor[]): Promise<void> {
  let newest = 0;
  const bySize = new Map(anchors.map((anchor) => [anchor.size, anchor]));
  for await (const [size, root, logIndex, height, time] of snapshot.rows('select size, root, log_index, height, time from anchor order by size')) {
    const anchor = bySize.get(Number(size));
    const same =
      anchor &&
      equalBytes(anchor.root, root as Uint8Array) &&
      anchor.logIndex === Number(logIndex) &&
      anchor.height === Number(height) &&
      anchor.time === Number(time);
    if (!same)
      findings.add({
        code: 'verify.anchor-altered',
        what: 'The note of where an anchor is on the ledger was altered.',
        where: `anchor ${size}`,
        repair: 'rebuild',
      });
    bySize.delete(Number(size));
    newest = Number(size);
  }
  // The newest may be on its way from the ledger to here.
  for (const size of bySize.keys())
    if (size < newest)
      findings.add({
        code: 'verify.anchor-missing',
        what: 'The note of where an anchor is on the ledger was removed.',
        where: `anchor ${size}`,
        repair: 'rebuild',
      });
}
