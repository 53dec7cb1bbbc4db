/** What can be chosen about a sandbox: by option, else by environment variable, else a default. */
import path from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { sandboxErrors } from './errors.ts';
import type { SandboxEngine } from './ledger-parts.ts';
import { DEFAULT_PORT, MAX_PORT } from './organisations.ts';

export interface SandboxOptions {
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly dataDirectory: string;
  /** A PostgreSQL server to use instead of the embedded one; database names are appended. */
  readonly databaseUrl: string | undefined;
  /** People of the synthetic population; 0 starts empty. */
  readonly people: number;
  readonly anchorIntervalMs: number;
  /** For how long blocks keep their transactions; undefined: for ever. */
  readonly retain: { readonly blocks?: number; readonly days?: number } | undefined;
  /** File of witnesses beside the organisations'; absolute path. */
  readonly witnessFile: string | undefined;
  /** What orders the ledger; undefined: what the data directory has, else the embedded engine. */
  readonly engine: SandboxEngine | undefined;
  /** The CometBFT program; undefined: there is none on this machine. */
  readonly cometbft: string | undefined;
}

const DEFAULT_PEOPLE = 56;
const DEFAULT_ANCHOR_INTERVAL_MS = 5000;

/** Option values as typed by a person, all optional. */
export interface SandboxArguments {
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly people?: string | undefined;
  readonly 'anchor-interval'?: string | undefined;
  readonly witnesses?: string | undefined;
  readonly engine?: string | undefined;
  readonly 'retain-blocks'?: string | undefined;
  readonly 'retain-days'?: string | undefined;
}

function wholeNumber(name: string, text: string, from: number, to: number): Result<number> {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return ok(value);
  return fail(codedError(sandboxErrors, 'sandbox.option', { message: `${name} must be a whole number from ${from} to ${to}, not "${text}".` }));
}

function retainOf({ 'retain-blocks': blocks, 'retain-days': days }: SandboxArguments): Result<SandboxOptions['retain']> {
  if (blocks === undefined && days === undefined) return ok(undefined);
  const newest = blocks === undefined ? undefined : wholeNumber('The number of blocks that keep their transactions', blocks, 1_000, 1e12);
  const young = days === undefined ? undefined : wholeNumber('The number of days that transactions are kept', days, 1, 100_000);
  if (newest && !newest.ok) return newest;
  if (young && !young.ok) return young;
  return ok({ ...(newest ? { blocks: newest.value } : {}), ...(young ? { days: young.value } : {}) });
}

export function sandboxOptions(given: SandboxArguments, env: Readonly<Record<string, string | undefined>>): Result<SandboxOptions> {
  const port = wholeNumber('The port', given.port ?? env['CARELEDGER_PORT'] ?? String(DEFAULT_PORT), 1, MAX_PORT);
  if (!port.ok) return port;
  const people = wholeNumber('The number of people', given.people ?? env['CARELEDGER_PEOPLE'] ?? String(DEFAULT_PEOPLE), 0, 1000);
  if (!people.ok) return people;
  const interval = wholeNumber(
    'The anchor interval (milliseconds)',
    given['anchor-interval'] ?? env['CARELEDGER_ANCHOR_INTERVAL'] ?? String(DEFAULT_ANCHOR_INTERVAL_MS),
    100,
    3_600_000,
  );
  if (!interval.ok) return interval;
  const retain = retainOf(given);
  if (!retain.ok) return retain;
  const engine = given.engine ?? (env['CARELEDGER_ENGINE'] || undefined);
  if (engine !== undefined && engine !== 'embedded' && engine !== 'cometbft')
    return fail(codedError(sandboxErrors, 'sandbox.option', { message: `The engine is embedded or cometbft, not "${engine}".` }));
  const witnessFile = given.witnesses ?? env['CARELEDGER_WITNESSES'];
  return ok({
    port: port.value,
    host: env['CARELEDGER_HOST'] ?? '127.0.0.1',
    dataDirectory: path.resolve(given.data ?? env['CARELEDGER_DATA'] ?? '.careledger'),
    databaseUrl: env['DATABASE_URL'] || undefined,
    people: people.value,
    anchorIntervalMs: interval.value,
    witnessFile: witnessFile ? path.resolve(witnessFile) : undefined,
    retain: retain.value,
    engine,
    cometbft: env['CARELEDGER_COMETBFT'] || undefined,
  });
}
