/** What a node of a CometBFT network is opened with. */
import type { CodedError } from '../../base/result.ts';
import type { Genesis } from '../../ledger/genesis/genesis.ts';
import type { Retain } from '../disk/pruning/retention.ts';
import type { LedgerApplication } from './application/ledger-application.ts';
import type { EngineSettings } from './home/config-file.ts';

export interface CometOptions {
  /** Of this node alone: `ledger/`, `cometbft/` and `cometbft.log` are in it. */
  readonly directory: string;
  /** The CometBFT program. */
  readonly program: string;
  /** What the ledger is made from when there is none yet; a ledger that is there has to have the same. */
  readonly genesis: Genesis;
  /** 32-byte Ed25519 seeds: of the validator (also of a node that is none yet), of the machine among its peers, and of who signs receipts. */
  readonly validatorSeed: Uint8Array;
  readonly nodeSeed: Uint8Array;
  readonly issuerSeed: Uint8Array;
  /** With `stateSync` a node that has no ledger yet begins with a snapshot of its peers. */
  readonly settings: Omit<EngineSettings, 'abciSocket' | 'rpcSocket'>;
  /** Organisation whose machine has a node id. */
  readonly organisationOfPeer?: (nodeId: string) => string | undefined;
  /** Ends the wait for a snapshot. */
  readonly signal?: AbortSignal;
  readonly retainHeights?: number;
  /** Ledger blocks from one snapshot for joining nodes to the next; default 2,000. */
  readonly snapshotEvery?: number;
  /** For how long ledger blocks keep their transactions here, and the engine its blocks with them; default: for ever. */
  readonly retain?: Retain;
  /** How many have to say what they need before anything is pruned; default 0. */
  readonly askBeforePruning?: number;
  /** Of `DiskOptions`. */
  readonly pruneAtLeast?: number;
  /** Blocks that the engine itself keeps, in consensus heights, where `retain` does not say it; default: all. */
  readonly retainBlocks?: number;
  /** Told what happens that an operator wants to know, one line each. */
  readonly note?: (line: string) => void;
  /** The engine is not started again: `cometbft.ledger-ahead` (opening once more mends it), `cometbft.diverged`. */
  readonly onFinal?: (error: CodedError) => void;
  /** Told what goes wrong in the background. */
  readonly onError?: (cause: unknown) => void;
  /** Goes between the application and the engine (tests: validators that lie). */
  readonly wrapApplication?: (application: LedgerApplication) => LedgerApplication['abci'];
}
