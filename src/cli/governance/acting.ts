/**
 * Who acts in `careledger governance`: an organisation with its signing key, through a process on this machine that has the ledger open. With
 * `--home` that is an organisation's own (or that of `--org` in a network's directory), else one of a running sandbox.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { unwrap } from '../../base/result.ts';
import type { OrganisationKind, WellKnown } from '../../contract/network.ts';
import { organisationKinds } from '../../ledger/membership/operations.ts';
import type { Operation } from '../../ledger/operations.ts';
import { signTransaction } from '../../ledger/transaction/sign.ts';
import { HOME_FILE, ROOT_KEY_FILE, readHomeFile } from '../../organisation/home-file.ts';
import { openNodeKeys } from '../../organisation/organisation-seeds.ts';
import { existingKeys } from '../../sandbox/keys.ts';
import { sandboxOrganisations } from '../../sandbox/organisations.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';
import type { CommandContext } from '../command.ts';
import { organisationId, organisationKind, organisationName } from '../organisation-options.ts';
import { runningUrl } from '../node-of.ts';
import { askJson, organisationOf, runningSandbox } from '../sandbox-client.ts';
import { usage } from './usage.ts';

/** Blocks after the newest one in which the transaction may still come. */
const LIFETIME_BLOCKS = 1_000;

export interface Identity {
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: OrganisationKind };
  readonly keys: OrganisationKeys;
  /** Its consensus key; undefined: nothing here takes part in a consensus. */
  readonly validatorKey: Uint8Array | undefined;
}

export interface Acting {
  readonly organisation: string;
  /** Of the process that answers, without a slash at its end. */
  readonly url: string;
  readonly keys: OrganisationKeys;
}

/** Where the ledger can be read: no key is needed for that. */
export async function ledgerUrl(context: CommandContext): Promise<string> {
  const home = homeOf(context);
  return home === undefined ? (await runningSandbox(context)).hub : runningUrl(home, unwrap(await readHomeFile(home)).organisation.name);
}

export async function actingOrganisation(context: CommandContext): Promise<Acting> {
  const url = await ledgerUrl(context);
  const { organisation, keys } = await identity(context);
  return { organisation: organisation.id, url, keys };
}

/** Nothing needs to run for this. */
export async function identity(context: CommandContext): Promise<Identity> {
  const home = homeOf(context);
  if (home !== undefined) {
    const { organisation } = unwrap(await readHomeFile(home));
    const { keys, validatorSeed } = unwrap(await openNodeKeys(home, organisation.id, false));
    return { organisation, keys, validatorKey: ed25519PublicKey(validatorSeed) };
  }
  const { id } = organisationOf(await runningSandbox(context), context.text('org'));
  const organisation = sandboxOrganisations.find((one) => one.id === id)!;
  return { organisation, keys: unwrap(await existingKeys(context.dataDirectory, id)), validatorKey: undefined };
}

/** With a new root key, in a directory that has none: for an organisation that is to be admitted, or that has lost its keys. */
export async function newIdentity(context: CommandContext): Promise<Identity> {
  const directory = path.resolve(context.text('new')!);
  const [id, name, kind] = [context.text('org'), context.text('name'), context.text('kind')];
  if (id === undefined || name === undefined || kind === undefined)
    throw usage(`Say who it is: --org ID, --name NAME, and --kind, one of ${organisationKinds.join(', ')}.`);
  const organisation = { id: organisationId(id), name: organisationName(name), kind: organisationKind(kind) };
  if (existsSync(directory) && !statSync(directory).isDirectory()) throw usage(`${directory} is not a directory.`);
  if (existsSync(path.join(directory, ROOT_KEY_FILE))) throw usage(`There is a root key in ${directory} already; nothing was changed.`);
  const { keys, validatorSeed } = unwrap(await openNodeKeys(directory, id, true));
  return { organisation, keys, validatorKey: ed25519PublicKey(validatorSeed) };
}

function homeOf(context: CommandContext): string | undefined {
  const given = context.text('home');
  if (given === undefined) return undefined;
  const home = path.resolve(given);
  const org = context.text('org');
  // In a network's directory every organisation has a folder of its own.
  return org !== undefined && !existsSync(path.join(home, HOME_FILE)) ? path.join(home, org) : home;
}

export interface CommittedAnswer {
  /** Hexadecimal. */
  readonly hash: string;
  readonly height: number;
  readonly logIndex: number;
  readonly time: string;
}

/** Signs the operation and waits until it is in a block; the ledger's own code when it is refused. */
export async function act({ url, keys }: Acting, operation: Operation, signal: AbortSignal): Promise<CommittedAnswer> {
  const { chainId, height } = await askJson<WellKnown>(`${url}/.well-known/careledger`, { signal });
  const unsigned = { chainId, expiryHeight: height + LIFETIME_BLOCKS, salt: new Uint8Array(randomBytes(8)), operations: [operation] };
  const body = new Uint8Array(signTransaction(unsigned, keys.ledgerSeed));
  return askJson<CommittedAnswer>(`${url}/ledger/api/transactions`, { method: 'POST', type: 'application/cbor', body, signal });
}
