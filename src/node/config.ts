/** What one organisation's node must be told. */
import type { FastifyInstance } from 'fastify';
import type { OrganisationKind } from '../contract/network.ts';
import type { HttpFront } from './serve-http.ts';
import type { LedgerCheck } from './verification.ts';
import type { RootKey } from '../vault/root-key.ts';
import type { WitnessingConfig } from './witnessing.ts';

export interface NodeConfig {
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: OrganisationKind };
  /** Name of the network, for people. */
  readonly network: string;
  readonly host: string;
  readonly port: number;
  /** How people and programs elsewhere reach it; undefined: they don't, only this machine does. */
  readonly front?: HttpFront | undefined;
  /** Where the channel between nodes listens (mTLS); its host is this node's own unless named. */
  readonly channelPort: number;
  readonly channelHost?: string;
  /** Base URL under which clients reach this node, without trailing slash. */
  readonly url: string;
  readonly rootKey: RootKey;
  /** Connection URL of the organisation's PostgreSQL database. */
  readonly database: string;
  /** Ids of the other members whose copies this node may hold. */
  readonly others: readonly string[];
  /** Where the channels of the other members are. */
  readonly addresses: (organisation: string) => { readonly host: string; readonly port: number } | undefined;
  readonly anchorIntervalMs: number;
  /** Watching the ledger's history. */
  readonly witnessing: WitnessingConfig;
  /** The built portal; served at `/`. */
  readonly webDirectory: string;
  /** Origins of pages that may call this node, beside its own. */
  readonly allowedOrigins: readonly string[];
  /** What orders its ledger. */
  readonly engine: 'embedded' | 'cometbft';
  /** Whether this is a sandbox: shown to clients, allows tokens from the command line. */
  readonly sandbox: boolean;
  readonly version: string;
  /** Checks the ledger as it lies on this machine's disk. */
  readonly checkLedger: () => Promise<LedgerCheck>;
  /** When the node looks at what it has stored for the first time; milliseconds after the start. */
  readonly firstCheckAfterMs: number;
  /** Further routes on the node's server, before it listens. */
  readonly addRoutes?: (server: FastifyInstance) => Promise<void>;
  /** Told what goes wrong in the background. */
  readonly onError: (cause: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
