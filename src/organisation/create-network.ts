/**
 * The homes of a new network, made together on one machine: keys, genesis, settings. They appear as a whole or not at all. Each home is then
 * its organisation's alone: it can be moved to another machine once the addresses in its `careledger.json` are right.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { toHex } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.node.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { OrganisationKind } from '../contract/network.ts';
import { nodeIdOf } from '../engine/cometbft/home/keys.ts';
import { decodeGenesis } from '../ledger/genesis/decode-genesis.ts';
import { encodeGenesis, type Genesis } from '../ledger/genesis/genesis.ts';
import { votingPolicy } from '../ledger/policy/policy.ts';
import { authorityPublicKey } from '../network/certificates.ts';
import { organisationErrors } from './errors.ts';
import { writeJson, writeWhole } from './files.ts';
import { GENESIS_FILE, HOME_FILE, type HomeFile, type Peer } from './home-file.ts';
import { NETWORK_FILE, readNetworkFile, type NetworkFile } from './network-file.ts';
import { openNodeKeys, type NodeKeys } from './organisation-seeds.ts';
import { CHANNEL, CONSENSUS, homeListening } from './ports.ts';

export interface NewOrganisation {
  readonly id: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  /** Under which the others reach it. */
  readonly host: string;
  /** Base URL under which its HTTP is reached; undefined: it follows from host and port. */
  readonly url?: string;
}

export interface NewNetwork {
  readonly directory: string;
  readonly network: string;
  readonly organisations: readonly NewOrganisation[];
  /** HTTP of the first organisation on each host; others on the same host follow. */
  readonly basePort: number;
  readonly ledgerOnly: boolean;
}

export interface CreatedNetwork {
  readonly file: NetworkFile;
  /** False: it was there already, with the same organisations, and was left as it is. */
  readonly isNew: boolean;
}

/** Voting power of each: room to give somebody half as much. */
const POWER = 10;

interface Made extends NewOrganisation {
  readonly keys: NodeKeys;
  readonly http: number;
  readonly url: string;
}

/** `organisation.exists`, `organisation.incomplete`, `ledger.malformed` (ids, names). */
export async function createNetwork(wanted: NewNetwork): Promise<Result<CreatedNetwork>> {
  const directory = resolve(wanted.directory);
  const present = await presentNetwork(directory, wanted);
  if (present) return present;
  const draft = join(dirname(directory), `.${basename(directory)}.${process.pid}.new`);
  try {
    const made = await makeHomes(draft, wanted);
    if (!made.ok) return made;
    // Over an empty folder, should there be one.
    await rename(draft, directory);
    return ok({ file: made.value, isNew: true });
  } catch (cause) {
    return fail(codedError(organisationErrors, 'organisation.exists', { message: `${directory} cannot be made: ${(cause as Error).message}` }));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Undefined: there is nothing yet. */
async function presentNetwork(directory: string, { organisations }: NewNetwork): Promise<Result<CreatedNetwork> | undefined> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException): string[] | undefined => {
    if (cause.code === 'ENOENT') return [];
    if (cause.code === 'ENOTDIR') return undefined;
    throw cause;
  });
  if (names === undefined) return fail(codedError(organisationErrors, 'organisation.exists', { message: `${directory} is not a directory.` }));
  if (names.length === 0) return undefined;
  if (!names.includes(NETWORK_FILE))
    return fail(
      codedError(organisationErrors, 'organisation.exists', { message: `${directory} is not empty, and there is no whole network in it.` }),
    );
  const file = await readNetworkFile(directory);
  if (!file.ok) return file;
  const ids = (list: readonly { readonly id: string }[]): string => list.map(({ id }) => id).join(',');
  if (ids(file.value.organisations) === ids(organisations)) return ok({ file: file.value, isNew: false });
  const message = `There is another network in ${directory}: ${ids(file.value.organisations)}.`;
  return fail(codedError(organisationErrors, 'organisation.exists', { message }));
}

async function makeHomes(draft: string, wanted: NewNetwork): Promise<Result<NetworkFile>> {
  // PostgreSQL may run as another user than this one, and has to get through to its folder; every other file is closed to it.
  await makeFolder(draft, 0o711);
  const made: Made[] = [];
  for (const [at, organisation] of wanted.organisations.entries()) {
    await mkdir(join(draft, organisation.id), { mode: 0o711 });
    const keys = await openNodeKeys(join(draft, organisation.id), organisation.id, true);
    if (!keys.ok) return keys;
    const http = wanted.basePort + wanted.organisations.slice(0, at).filter(({ host }) => host === organisation.host).length;
    made.push({ ...organisation, keys: keys.value, http, url: homeListening(organisation.host, http, organisation.url).url });
  }
  const genesis = genesisOf(made);
  const bytes = encodeGenesis(genesis);
  const readBack = decodeGenesis(bytes);
  if (!readBack.ok) return readBack;
  for (const one of made) {
    const home = join(draft, one.id);
    await writeWhole(join(home, GENESIS_FILE), bytes);
    await writeJson(join(home, HOME_FILE), homeFileOf(one, made, genesis.chainId, wanted));
  }
  const file: NetworkFile = {
    format: 1,
    network: wanted.network,
    chainId: genesis.chainId,
    organisations: made.map(({ id, name, kind, url }) => ({ id, name, kind, home: id, url })),
  };
  await writeJson(join(draft, NETWORK_FILE), file);
  return ok(file);
}

/** Everybody is a member and a validator with the same power; they decide by vote from the first block on. */
const genesisOf = (organisations: readonly Made[]): Genesis => ({
  chainId: `careledger-${toHex(randomBytes(6))}`,
  time: Date.now(),
  engine: 'cometbft',
  authority: new Uint8Array(0),
  proposer: new Uint8Array(0),
  members: organisations.map(({ id, name, kind, keys: { keys } }) => ({
    org: id,
    name,
    kind,
    signingKey: keys.ledgerPublicKey,
    hpkeKey: keys.hpke.publicKey,
    tlsKey: authorityPublicKey(keys.tlsSeed),
  })),
  validators: organisations.map(({ id, keys }) => ({ org: id, key: ed25519PublicKey(keys.validatorSeed), power: POWER })),
  policy: votingPolicy,
  previous: null,
});

function homeFileOf(one: Made, all: readonly Made[], chainId: string, { network, ledgerOnly }: NewNetwork): HomeFile {
  const { id, name, kind, host, http, url } = one;
  return {
    format: 1,
    network,
    chainId,
    organisation: { id, name, kind },
    trial: true,
    ledgerOnly,
    ...homeListening(host, http, url),
    peers: all.filter((other) => other !== one).map(peerOf),
  };
}

const peerOf = ({ id, keys, host, http, url }: Made): Peer => ({
  organisation: id,
  node: nodeIdOf(ed25519PublicKey(keys.machineSeed)),
  host,
  consensus: http + CONSENSUS,
  channel: http + CHANNEL,
  url,
});
