import type { Target } from '../fuzz.ts';
import { abciTargets } from './abci.ts';
import { baseTargets } from './base.ts';
import { checkpointTargets } from './checkpoints.ts';
import { ledgerTargets } from './ledger.ts';
import { lightTargets } from './light.ts';
import { receiptTargets } from './receipts.ts';
import { sharingTargets } from './sharing.ts';
import { snapshotTargets } from './snapshots.ts';

/** Every decoder that takes bytes from outside. */
export const targets: readonly Target[] = [
  ...baseTargets,
  ...ledgerTargets,
  ...receiptTargets,
  ...lightTargets,
  ...snapshotTargets,
  ...checkpointTargets,
  ...abciTargets,
  ...sharingTargets,
];
