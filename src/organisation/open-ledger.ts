/** The organisation's own ledger: its home opened with its keys, the CometBFT engine beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import type { CometLedger } from '../engine/cometbft/comet-ledger.ts';
import { cometbftErrors } from '../engine/cometbft/errors.ts';
import { openCometLedger } from '../engine/cometbft/open.ts';
import type { CometOptions } from '../engine/cometbft/options.ts';
import { decodeGenesis } from '../ledger/genesis/decode-genesis.ts';
import type { Genesis } from '../ledger/genesis/genesis.ts';
import type { StateSync } from '../engine/cometbft/home/config-file.ts';
import { LEDGER_FOLDER } from '../engine/cometbft/folders.ts';
import { hasLedger } from '../engine/disk/create-ledger.ts';
import { CONSENSUS_PATH } from './consensus-route.ts';
import { organisationErrors } from './errors.ts';
import { fetchTrust } from './fetch-trust.ts';
import { trustedBlock } from './trusted-block.ts';
import { GENESIS_FILE, type HomeFile } from './home-file.ts';
import type { NodeKeys } from './organisation-seeds.ts';
import { hostAndPort, localHost } from './ports.ts';

/** As long as the evidence of a double signature counts. */
const TRUST_HOURS = 14 * 24;

export interface LedgerParts {
  readonly home: string;
  readonly file: HomeFile;
  readonly keys: NodeKeys;
  /** The CometBFT program; undefined: there is none on this machine. */
  readonly program: string | undefined;
  /** Without a ledger yet: begin with a snapshot of the others' instead of with the first block. */
  readonly fromSnapshot: boolean;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  readonly onError: (cause: unknown) => void;
  /** The engine is not started again by itself. */
  readonly onFinal: (error: CodedError) => void;
  /** Changes to what the engine is opened with (tests: validators that lie). */
  readonly engine?: Partial<Pick<CometOptions, 'wrapApplication' | 'nodeSeed'>>;
}

/** `organisation.incomplete`, `cometbft.missing`, and what opening a ledger gives. */
export async function openOrganisationLedger(parts: LedgerParts): Promise<Result<CometLedger>> {
  const { home, file, keys, program, note, onError, onFinal } = parts;
  if (program === undefined) return fail(codedError(cometbftErrors, 'cometbft.missing'));
  const genesis = await readGenesisFile(home, file.chainId);
  if (!genesis.ok) return genesis;
  const { listen, peers, organisation } = file;
  const stateSync =
    parts.fromSnapshot && !hasLedger(join(home, LEDGER_FOLDER)) ? await stateSyncOf(genesis.value, file, parts.signal) : ok(undefined);
  if (!stateSync.ok) return stateSync;
  const urls = peers.map(({ url }) => url);
  if (stateSync.value && !(await fetchTrust(home, genesis.value, urls, parts.signal)))
    note('No member gave a trust bundle: this node cannot show how the validators changed before its snapshot');
  const organisations = new Map(peers.map((peer) => [peer.node, peer.organisation]));
  return openCometLedger({
    directory: home,
    program,
    genesis: genesis.value,
    validatorSeed: keys.validatorSeed,
    nodeSeed: keys.machineSeed,
    issuerSeed: keys.keys.ledgerSeed,
    organisationOfPeer: (node) => organisations.get(node),
    settings: {
      moniker: organisation.id,
      listen: hostAndPort(listen.host, listen.consensus),
      peers: peers.map(({ node, host, consensus }) => `${node}@${hostAndPort(host, consensus)}`),
      ...(stateSync.value === undefined ? {} : { stateSync: stateSync.value }),
      ...(listen.consensusMetrics === 0 ? {} : { metrics: hostAndPort(localHost(listen.httpHost), listen.consensusMetrics) }),
    },
    ...(file.snapshotEvery === undefined ? {} : { snapshotEvery: file.snapshotEvery }),
    ...(file.retain === undefined ? {} : { retain: file.retain, askBeforePruning: file.ledgerOnly ? 0 : 1 }),
    signal: parts.signal,
    note,
    onError,
    onFinal,
    ...parts.engine,
  });
}

/** CometBFT's light client begins at a block that ours has followed from the genesis. `organisation.no-trusted-block`. */
async function stateSyncOf(genesis: Genesis, { peers }: HomeFile, signal: AbortSignal): Promise<Result<StateSync>> {
  const urls = peers.map(({ url }) => url);
  const trusted = await trustedBlock(genesis, urls, Date.now(), signal);
  if (!trusted.ok) return trusted;
  const { height, hash } = trusted.value;
  return ok({ servers: trusted.value.urls.map((url) => url + CONSENSUS_PATH), trustHeight: height, trustHash: hash, trustPeriodHours: TRUST_HOURS });
}

/** `organisation.incomplete`. */
export async function readGenesisFile(home: string, chainId: string): Promise<Result<Genesis>> {
  const path = join(home, GENESIS_FILE);
  const incomplete = (why: string) => fail(codedError(organisationErrors, 'organisation.incomplete', { message: `${path} cannot be used: ${why}.` }));
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return incomplete('it cannot be read');
  const genesis = decodeGenesis(new Uint8Array(bytes));
  if (!genesis.ok) return incomplete(genesis.error.message);
  return genesis.value.chainId === chainId ? ok(genesis.value) : incomplete(`it is of ${genesis.value.chainId}`);
}
