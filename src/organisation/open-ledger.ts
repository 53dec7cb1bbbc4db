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
import { organisationErrors } from './errors.ts';
import { GENESIS_FILE, type HomeFile } from './home-file.ts';
import type { NodeKeys } from './organisation-seeds.ts';

export interface LedgerParts {
  readonly home: string;
  readonly file: HomeFile;
  readonly keys: NodeKeys;
  /** The CometBFT program; undefined: there is none on this machine. */
  readonly program: string | undefined;
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
      listen: `${listen.host}:${listen.consensus}`,
      peers: peers.map(({ node, host, consensus }) => `${node}@${host}:${consensus}`),
      ...(listen.consensusMetrics === 0 ? {} : { metrics: `${listen.httpHost}:${listen.consensusMetrics}` }),
    },
    note,
    onError,
    onFinal,
    ...parts.engine,
  });
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
