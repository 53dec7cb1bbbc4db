/** The sandbox's ledger: one for all organisations on the embedded engine, or one for each, each a validator, on CometBFT. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import { openCometSandboxLedger } from './ledger-on-cometbft.ts';
import { openEmbeddedSandboxLedger } from './ledger-on-embedded.ts';
import { sandboxOrganisations, type SandboxOrganisation } from './organisations.ts';

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
  /** The CometBFT program; undefined: there is none on this machine. */
  readonly cometbft: string | undefined;
  /** Where the validators listen for each other, in the order of the members. */
  readonly host: string;
  readonly consensusPorts: readonly number[];
  readonly note: (line: string) => void;
  readonly onError: (organisation: string) => (cause: unknown) => void;
}

const VALIDATORS = 'validators';

export const validatorDirectory = (dataDirectory: string, organisation: string): string => join(dataDirectory, VALIDATORS, organisation);

/** Whether each organisation has a ledger of its own. */
export const isOnValidators = (dataDirectory: string): boolean => existsSync(join(dataDirectory, VALIDATORS));

/** Where the blocks are: of one organisation, where each has its own. */
export const ledgerDirectory = (dataDirectory: string, organisation: string = sandboxOrganisations[0].id): string =>
  isOnValidators(dataDirectory) ? join(validatorDirectory(dataDirectory, organisation), 'ledger') : join(dataDirectory, 'ledger');

/** Made with all organisations as members on first start, opened from then on. */
export const openSandboxLedger = (parts: SandboxLedgerParts): Promise<Result<SandboxLedger>> =>
  parts.engine === 'cometbft'
    ? openCometSandboxLedger(parts, (organisation) => validatorDirectory(parts.dataDirectory, organisation))
    : openEmbeddedSandboxLedger(parts, join(parts.dataDirectory, 'ledger'));
