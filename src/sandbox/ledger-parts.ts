/** What the sandbox's ledger is made of, whatever orders it. */
import type { LedgerClient } from '../ledger/client.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import type { SandboxOrganisation } from './organisations.ts';

export type SandboxEngine = 'embedded' | 'cometbft';

export interface Member {
  readonly organisation: SandboxOrganisation;
  readonly keys: OrganisationKeys;
}

export interface SandboxLedger {
  /** The hub's view. */
  readonly hub: LedgerClient;
  /** An organisation's own. */
  of(organisation: string): LedgerClient;
  /** Resolves when blocks can be made; also when the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface SandboxLedgerParts {
  readonly dataDirectory: string;
  readonly engine: SandboxEngine;
  /** Keys of whoever runs the ledger; changes the membership, and proposes blocks on the embedded engine. */
  readonly network: OrganisationKeys;
  readonly members: readonly Member[];
  /** For how long blocks keep their transactions; undefined: for ever. */
  readonly retain?: { readonly blocks?: number; readonly days?: number } | undefined;
  /** The CometBFT program; undefined: there is none on this machine. */
  readonly cometbft: string | undefined;
  /** Where the validators listen for each other, in the order of the members. */
  readonly host: string;
  readonly consensusPorts: readonly number[];
  readonly note: (line: string) => void;
  readonly onError: (organisation: string) => (cause: unknown) => void;
}
