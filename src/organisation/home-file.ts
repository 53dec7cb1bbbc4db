/** `careledger.json` in an organisation's home: who it is, where it listens, and whom it connects to. What an operator may change is here. */
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import type { OrganisationKind } from '../contract/network.ts';
import type { TlsFiles } from '../node/tls.ts';
import { organisationErrors } from './errors.ts';
import { readJson } from './files.ts';
import { readNetworkFile } from './network-file.ts';

export interface Peer {
  readonly organisation: string;
  /** The machine's id in the consensus: 40 hexadecimal digits. */
  readonly node: string;
  readonly host: string;
  readonly consensus: number;
  readonly channel: number;
  /** Base URL of its node. */
  readonly url: string;
}

export interface HomeFile {
  readonly format: 1;
  readonly network: string;
  readonly chainId: string;
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: OrganisationKind };
  /** For trying out: whoever has the home may make tokens on the command line. Not for real people's data. */
  readonly trial: boolean;
  /** Only the ledger runs here: no records, no database. */
  readonly ledgerOnly: boolean;
  /** Base URL under which people, programs and members reach this node. */
  readonly url: string;
  /** Name or address under which members reach its channel and its engine; undefined: that of the URL. */
  readonly host?: string;
  /** PEM files for its HTTP, relative to the home; undefined: HTTP without TLS. */
  readonly tls?: TlsFiles;
  /** A proxy with TLS is in front of its HTTP: an address does not say any more who is on this machine. */
  readonly behindProxy?: boolean;
  readonly listen: {
    /** For people and programs: a loopback address, unless there is TLS or a proxy. */
    readonly httpHost: string;
    readonly http: number;
    /** For the other members. */
    readonly host: string;
    readonly channel: number;
    readonly consensus: number;
    /** The engine's own Prometheus metrics, for this machine only; 0: none. */
    readonly consensusMetrics: number;
  };
  readonly peers: readonly Peer[];
  /** Blocks from one snapshot for others to the next; 0: none. Default: the engine's. */
  readonly snapshotEvery?: number;
  /** For how long transactions are kept here: newest blocks, days, or whichever is longer. Default: for ever. */
  readonly retain?: { readonly blocks?: number; readonly days?: number };
}

export const HOME_FILE = 'careledger.json';
export const GENESIS_FILE = 'genesis.cbor';
export const ROOT_KEY_FILE = 'root.key';
/** Of its own PostgreSQL, where it has one. */
export const databaseDirectory = (home: string): string => join(home, 'postgres');

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 300;
const isPort = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** Fewer would leave nothing to look at, and no time for those above the ledger to keep what they need of it. */
const LEAST_BLOCKS = 1_000;

function retainProblem(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const { blocks, days, ...more } = object(value) as { readonly [key: string]: unknown };
  const isCount = (count: unknown, least: number): boolean => count === undefined || (Number.isSafeInteger(count) && (count as number) >= least);
  if ((blocks === undefined && days === undefined) || Object.keys(more).length > 0) return 'retain has neither blocks nor days, or something else';
  return isCount(blocks, LEAST_BLOCKS) && isCount(days, 1)
    ? undefined
    : `retain.blocks is not a number from ${LEAST_BLOCKS} on, or retain.days not one from 1 on`;
}

/** Why a value is not such a file; undefined: it is. */
export function homeProblem(value: unknown): string | undefined {
  const home = object(value);
  const listen = object(home['listen']);
  const { id, name, kind } = object(home['organisation']) as { readonly [key: string]: unknown };
  if (home['format'] !== 1) return `it has the format ${JSON.stringify(home['format'])}; this version reads 1`;
  if (![home['network'], home['chainId'], home['url'], id, name, kind].every(isText)) return 'network, chainId, url or organisation is missing';
  for (const name of ['trial', 'ledgerOnly']) if (typeof home[name] !== 'boolean') return `${name} is neither true nor false`;
  if (!isText(listen['host']) || !isText(listen['httpHost'])) return 'listen.host or listen.httpHost is missing';
  for (const port of ['http', 'channel', 'consensus']) if (!isPort(listen[port])) return `listen.${port} is not a port`;
  if (listen['consensusMetrics'] !== 0 && !isPort(listen['consensusMetrics'])) return 'listen.consensusMetrics is neither a port nor 0';
  if (!URL.canParse(home['url'] as string)) return 'url is not a URL';
  const { host = 'x', behindProxy = false, tls } = home as { readonly [key: string]: unknown };
  if (!isText(host)) return 'host is not a name or an address';
  if (typeof behindProxy !== 'boolean') return 'behindProxy is neither true nor false';
  if (tls !== undefined && !['certificate', 'key'].every((file) => isText(object(tls)[file]))) return 'tls does not name certificate and key';
  const { snapshotEvery = 0 } = home as { readonly snapshotEvery?: unknown };
  if (!Number.isSafeInteger(snapshotEvery) || (snapshotEvery as number) < 0) return 'snapshotEvery is not a number of blocks';
  const retained = retainProblem(home['retain']);
  if (retained !== undefined) return retained;
  if (!Array.isArray(home['peers']) || home['peers'].length > 200) return 'peers is not a list';
  for (const [at, each] of (home['peers'] as unknown[]).entries()) {
    const { organisation, node, host, url, consensus, channel } = object(each) as { readonly [key: string]: unknown };
    const isWhole = isText(organisation) && isText(host) && isText(url) && isPort(consensus) && isPort(channel);
    if (!isWhole || typeof node !== 'string' || !/^[0-9a-f]{40}$/.test(node)) return `peer ${at + 1} is not complete`;
  }
  return undefined;
}

/** `organisation.no-home`, `organisation.incomplete`. */
export async function readHomeFile(home: string): Promise<Result<HomeFile>> {
  const path = join(home, HOME_FILE);
  const incomplete = (why: string) => fail(codedError(organisationErrors, 'organisation.incomplete', { message: `${path} cannot be used: ${why}.` }));
  try {
    const value = await readJson(path);
    if (value === undefined) return fail(await noHome(home));
    const problem = homeProblem(value);
    return problem === undefined ? ok(value as HomeFile) : incomplete(problem);
  } catch (cause) {
    return incomplete((cause as Error).message);
  }
}

/** The directory of a network is what one takes for a home first: its homes are named. */
async function noHome(directory: string): Promise<CodedError> {
  const message = `There is no home of an organisation in ${directory}.`;
  const network = await readNetworkFile(directory);
  if (!network.ok) return codedError(organisationErrors, 'organisation.no-home', { message });
  const homes = network.value.organisations.map((one) => join(directory, one.home));
  return codedError(organisationErrors, 'organisation.no-home', {
    message,
    hint: `It is the directory of a network; its homes are: ${homes.join(', ')}.`,
  });
}
