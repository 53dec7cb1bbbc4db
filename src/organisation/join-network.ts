/** A home for an organisation that joins a network that is there already: its own keys, the network's genesis, and where the others are. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { jsonUpTo } from '../base/bounded-answer.ts';
import { toHex } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.node.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { decodeGenesis } from '../ledger/genesis/decode-genesis.ts';
import { genesisHash } from '../ledger/genesis/genesis.ts';
import { organisationErrors } from './errors.ts';
import { writeJson, writeWhole } from './files.ts';
import { GENESIS_FILE, HOME_FILE, homeProblem, ROOT_KEY_FILE, type HomeFile, type Peer } from './home-file.ts';
import { INTRODUCTION_PATH, peerOf, type Introduction } from './introduction.ts';
import { homeListening } from './ports.ts';
import { openNodeKeys } from './organisation-seeds.ts';

export interface JoinOptions {
  readonly home: string;
  readonly organisation: HomeFile['organisation'];
  /** Base URL of a member's node. */
  readonly from: string;
  /** Hexadecimal; the genesis is refused when it has another. */
  readonly genesisHash: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Base URL under which its HTTP is reached; undefined: it follows from host and port. */
  readonly url: string | undefined;
  readonly ledgerOnly: boolean;
  readonly trial: boolean;
}

export interface JoinedHome {
  readonly file: HomeFile;
  readonly genesisHash: string;
  /** For the `peers` of the others. */
  readonly self: Peer;
  /** Public key that signs in the consensus: hexadecimal. */
  readonly validatorKey: string;
}

const TIMEOUT_MS = 10_000;
/** A genesis and the addresses of the members. */
const ANSWER_LIMIT = 4 << 20;

/** `organisation.exists`, `organisation.no-introduction`. A folder with a root key is taken: `governance keys --new` makes such. Nothing is left of a refusal. */
export async function joinNetwork(options: JoinOptions): Promise<Result<JoinedHome>> {
  const home = resolve(options.home);
  const taken = await whyTaken(home);
  if (taken !== undefined) return fail(codedError(organisationErrors, 'organisation.exists', { message: taken }));
  const introduced = await introduction(options);
  if (!introduced.ok) return introduced;
  const { network, chainId, peers, bytes, hash } = introduced.value;
  const { organisation, host, port, url, ledgerOnly, trial } = options;
  const unmade = await makeFolder(home, 0o711).catch((cause: Error) => cause);
  if (unmade) return fail(codedError(organisationErrors, 'organisation.exists', { message: `${home} cannot be made: ${unmade.message}` }));
  const keys = await openNodeKeys(home, organisation.id, true);
  if (!keys.ok) return keys;
  const others = peers.filter((peer) => peer.organisation !== organisation.id);
  const file: HomeFile = { format: 1, network, chainId, organisation, trial, ledgerOnly, ...homeListening(host, port, url), peers: others };
  await writeWhole(join(home, GENESIS_FILE), bytes);
  await writeJson(join(home, HOME_FILE), file);
  const validatorKey = toHex(ed25519PublicKey(keys.value.validatorSeed));
  return ok({ file, genesisHash: hash, self: peerOf(file, keys.value), validatorKey });
}

async function whyTaken(home: string): Promise<string | undefined> {
  const names = await readdir(home).catch((cause: NodeJS.ErrnoException): string[] | undefined => {
    if (cause.code === 'ENOENT') return [];
    if (cause.code === 'ENOTDIR') return undefined;
    throw cause;
  });
  if (names === undefined) return `${home} is not a directory.`;
  if (names.includes(HOME_FILE)) return `There is a home in ${home} already.`;
  return names.length === 0 || names.includes(ROOT_KEY_FILE) ? undefined : `${home} is not empty, and there is no root key in it.`;
}

interface Introduced {
  readonly network: string;
  readonly chainId: string;
  readonly peers: readonly Peer[];
  readonly bytes: Uint8Array;
  readonly hash: string;
}

async function introduction({ from, genesisHash: expected }: JoinOptions): Promise<Result<Introduced>> {
  const refused = (why: string) => fail(codedError(organisationErrors, 'organisation.no-introduction', { message: `${from}: ${why}.` }));
  let given: Partial<Introduction>;
  try {
    const response = await fetch(new URL(INTRODUCTION_PATH, from), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return refused(`it answered ${response.status}: not the node of a member`);
    given = (await jsonUpTo(response, ANSWER_LIMIT)) as Partial<Introduction>;
  } catch (cause) {
    const { message, cause: reason } = cause as Error;
    return refused(reason instanceof Error ? `${message} (${reason.message})` : message);
  }
  const bytes = new Uint8Array(Buffer.from(String(given.genesis), 'base64'));
  const genesis = decodeGenesis(bytes);
  if (!genesis.ok) return refused(genesis.error.message.replace(/\.$/, ''));
  const hash = toHex(genesisHash(bytes));
  if (expected !== undefined && expected.toLowerCase() !== hash) return refused(`its genesis has the hash ${hash}, not ${expected}`);
  const { network, peers } = given;
  const { chainId } = genesis.value;
  const draft = { format: 1, network, chainId, peers, organisation: { id: 'x', name: 'x', kind: 'hospital' }, trial: false, ledgerOnly: true };
  const problem = homeProblem({ ...draft, ...homeListening('127.0.0.1', 1) });
  return problem === undefined ? ok({ network: network!, chainId, peers: peers!, bytes, hash }) : refused(problem);
}
