/** How the consensus is doing, asked of the engine itself: where it stands, who is connected, what waits. Undefined: it does not answer. */
import type { PeerStatus } from '../../ledger/engine-status.ts';
import type { RpcClient } from './rpc/client.ts';

export interface EngineState {
  readonly version: string;
  readonly height: number;
  readonly round: number;
  readonly step: string;
  /** Milliseconds since 1970. */
  readonly lastCommit: number;
  readonly catchingUp: boolean;
  readonly waiting: { readonly transactions: number; readonly bytes: number };
  readonly peers: readonly PeerStatus[];
}

const STEPS = ['', 'new-height', 'new-round', 'propose', 'prevote', 'prevote-wait', 'precommit', 'precommit-wait', 'commit'];
const MAX_PEERS = 200;

type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.slice(0, MAX_PEERS).map(object) : []);
const count = (value: unknown): number => (Number.isSafeInteger(Number(value)) && Number(value) >= 0 ? Number(value) : 0);
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');

export async function engineState(rpc: RpcClient): Promise<EngineState | undefined> {
  const asked = await rpc.batch([
    { method: 'status', params: {} },
    { method: 'dump_consensus_state', params: {} },
    { method: 'net_info', params: {} },
    { method: 'num_unconfirmed_txs', params: {} },
  ]);
  if (!asked.ok) return undefined;
  const [status, dump, net, unconfirmed] = asked.value.map((one) => (one.ok ? object(one.value) : {}));
  const sync = object(status!['sync_info']);
  const round = object(dump!['round_state']);
  const heights = new Map(
    list(dump!['peers']).map((peer) => [
      text(peer['node_address']).split('@', 1)[0],
      count(object(object(peer['peer_state'])['round_state'])['height']),
    ]),
  );
  return {
    version: text(object(status!['node_info'])['version']),
    height: count(round['height'] ?? sync['latest_block_height']),
    round: count(round['round']),
    step: STEPS[count(round['step'])] ?? '',
    lastCommit: Date.parse(text(sync['latest_block_time'])) || 0,
    catchingUp: sync['catching_up'] === true,
    waiting: { transactions: count(unconfirmed!['total']), bytes: count(unconfirmed!['total_bytes']) },
    peers: list(net!['peers']).map((peer) => {
      const info = object(peer['node_info']);
      const id = text(info['id']);
      const address = `${text(peer['remote_ip'])}${/:\d+$/.exec(text(info['listen_addr']))?.[0] ?? ''}`;
      return { id, name: text(info['moniker']), address, version: text(info['version']) || undefined, height: heights.get(id) };
    }),
  };
}
