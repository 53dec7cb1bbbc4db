/** The sandbox's ledger: one for all organisations on the embedded engine, or one for each, each a validator, on CometBFT. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../base/result.ts';
import { openCometSandboxLedger } from './ledger-on-cometbft.ts';
import { openEmbeddedSandboxLedger } from './ledger-on-embedded.ts';
import type { SandboxLedger, SandboxLedgerParts } from './ledger-parts.ts';
import { sandboxOrganisations } from './organisations.ts';

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
