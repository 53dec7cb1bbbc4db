import type { WitnessesView } from '../../contract/witnesses.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import type { Directory } from '../../network/directory.ts';
import type { BlockIndex } from './block-index.ts';

export interface ExplorerDependencies {
  readonly ledger: LedgerClient;
  readonly directory: Directory;
  /** One per ledger, shared by all nodes of a process. */
  readonly index: BlockIndex;
  /** Who has seen this history. */
  readonly witnesses: () => Promise<WitnessesView>;
  /** Ends event streams. */
  readonly signal: AbortSignal;
  readonly onError: (cause: unknown) => void;
}
