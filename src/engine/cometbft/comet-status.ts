/** A CometBFT node as an operator sees it. */
import { join } from 'node:path';
import { equalBytes, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import type { EngineStatus, Misbehaviour, PeerStatus } from '../../ledger/engine-status.ts';
import { addressOf, isQuorum } from '../../ledger/light/validator-set.ts';
import { getValue } from '../../ledger/state/tree.ts';
import { activeValidators, type Validator } from '../../ledger/validators/state.ts';
import type { StateView } from '../../ledger/module/rule.ts';
import { BLOCK_FILE } from '../disk/blocks/block-file.ts';
import { INDEX_FOLDER } from '../disk/index/index-store.ts';
import type { LedgerDisk } from '../disk/ledger-disk.ts';
import { diskUsage } from '../disk/usage.ts';
import { engineState, type EngineState } from './engine-state.ts';
import { cometbftErrors } from './errors.ts';
import type { LedgerApplication } from './application/ledger-application.ts';
import { HOME_FOLDER, LEDGER_FOLDER, LOG_FILE } from './folders.ts';
import type { Unit } from './process/supervise.ts';
import type { RpcClient } from './rpc/client.ts';
import type { SignatureRecord } from './signature-record.ts';

export interface StatusParts {
  readonly disk: LedgerDisk;
  readonly application: LedgerApplication;
  readonly rpc: RpcClient;
  readonly unit: Unit;
  readonly directory: string;
  /** Public key of this node's own validator. */
  readonly validatorKey: Uint8Array;
  readonly organisationOfPeer: (nodeId: string) => string | undefined;
  readonly signatures: SignatureRecord;
  readonly waiting: () => EngineStatus['mempool'];
  readonly misbehaviour: () => readonly Misbehaviour[];
}

export interface CometStatus {
  read(): Promise<EngineStatus>;
}

const PARTS = { blocks: join(LEDGER_FOLDER, BLOCK_FILE), index: join(LEDGER_FOLDER, INDEX_FOLDER), engine: HOME_FOLDER, log: LOG_FILE };

export function cometStatus(parts: StatusParts): CometStatus {
  const { disk, rpc, unit, signatures } = parts;
  const view = (): StateView => ({ get: (key) => getValue(disk.store.nodes, disk.state.root, utf8(key)) });

  return {
    async read() {
      const engine = unit.engine === undefined ? undefined : await engineState(rpc);
      const validators = activeValidators(view());
      const peers = engine?.peers ?? [];
      return {
        engine: 'cometbft',
        version: engine?.version ?? '',
        consensus: engine && {
          height: engine.height,
          round: engine.round,
          step: engine.step,
          lastCommit: engine.lastCommit,
          catchingUp: engine.catchingUp,
        },
        mempool: mempoolOf(parts.waiting(), engine),
        validators: validators.map((validator) => statusOf(validator, peers, engine)),
        peers,
        misbehaviour: parts.misbehaviour(),
        disk: await diskUsage(parts.directory, PARTS),
        retention: disk.retention,
        processes: unit.engine ? [{ name: 'cometbft', pid: unit.engine.pid, startedAt: unit.engine.startedAt, restarts: unit.restarts }] : [],
        failure: disk.failure ?? unit.failure ?? (engine ? halted(validators, peers) : codedError(cometbftErrors, 'cometbft.unreachable')),
      };
    },
  };

  /** Also counts what only this process has so far. */
  function mempoolOf(own: EngineStatus['mempool'], engine: EngineState | undefined): EngineStatus['mempool'] {
    const { transactions, bytes } = engine?.waiting ?? { transactions: 0, bytes: 0 };
    return { ...own, transactions: Math.max(own.transactions, transactions), bytes: Math.max(own.bytes, bytes) };
  }

  function statusOf(
    { org, key, power }: Validator,
    peers: readonly PeerStatus[],
    engine: EngineState | undefined,
  ): EngineStatus['validators'][number] {
    const { missed, lookedAt, lastSigned } = signatures.of(addressOf(key));
    const version = isOwn(key) ? engine?.version : peers.find((peer) => organisationOfPeer(peer) === org)?.version;
    return { key, organisation: org, power, missed, commitsLookedAt: lookedAt, lastSigned, version };
  }

  /** Of somebody who joined later this node may know only what they call themselves: good enough to look at, not to decide by. */
  function organisationOfPeer({ id, name }: PeerStatus): string {
    return parts.organisationOfPeer(id) ?? name;
  }

  function isOwn(key: Uint8Array): boolean {
    return equalBytes(key, parts.validatorKey);
  }

  /** Blocks need more than two thirds of the power; who is not connected to this node can't be heard by it. */
  function halted(validators: readonly Validator[], peers: readonly PeerStatus[]): CodedError | undefined {
    const connected = new Set(peers.map(organisationOfPeer));
    const isHere = ({ org, key }: Validator): boolean => isOwn(key) || connected.has(org);
    const total = validators.reduce((sum, { power }) => sum + power, 0);
    const here = validators.filter(isHere).reduce((sum, { power }) => sum + power, 0);
    if (isQuorum(here, total)) return undefined;
    const missing = validators.filter((one) => !isHere(one)).map(({ org }) => org);
    const message = `The network makes no blocks: ${missing.join(', ')} not connected, and ${here} of ${total} votes are not more than two thirds.`;
    return codedError(cometbftErrors, 'cometbft.halted', { message, data: { missing } });
  }
}
