/**
 * CometBFT's `config.toml`. Only what differs from the engine's defaults is written, each with its reason; the same text serves 0.38 and 0.40.
 */

export interface EngineSettings {
  /** Name among the peers and in metrics: the organisation's id. */
  readonly moniker: string;
  /** The application's socket. */
  readonly abciSocket: string;
  /** The engine's own interface, for this machine only. */
  readonly rpcSocket: string;
  /** Where peers connect: `host:port` to listen on. */
  readonly listen: string;
  /** Under which address peers reach this one; default: what it listens on. */
  readonly external?: string;
  /** `<node id>@<host>:<port>` of everybody else. */
  readonly peers: readonly string[];
  /** `host:port` for the engine's own Prometheus metrics; undefined: none. */
  readonly metrics?: string;
  /** Pause after each block in which late votes are collected; milliseconds. */
  readonly commitTimeoutMs?: number;
  readonly stateSync?: StateSync;
}

/** Start from a snapshot of the peers instead of from the first block. The trusted block has to come from elsewhere than these peers. */
export interface StateSync {
  /** At least two `host:port` of peers' interfaces. */
  readonly servers: readonly string[];
  readonly trustHeight: number;
  /** Hexadecimal hash of the block at that height. */
  readonly trustHash: string;
  readonly trustPeriodHours: number;
}

export const MAX_TRANSACTION_BYTES = 512 << 10;
/** Requests in one call to the engine's interface. */
export const MAX_BATCH = 256;
export const MAX_REQUEST_BYTES = 8 << 20;

type Value = string | number | boolean | readonly string[];

const literal = (value: Value): string => JSON.stringify(value);

const section = (name: string, values: Readonly<Record<string, Value>>): string =>
  [...(name === '' ? [] : [`[${name}]`]), ...Object.entries(values).map(([key, value]) => `${key} = ${literal(value)}`), ''].join('\n');

export function configFile(settings: EngineSettings): string {
  const { stateSync } = settings;
  return [
    '# Written by Careledger at every start: changes are lost. What can be chosen is in careledger.json.\n',
    section('', {
      proxy_app: `unix://${settings.abciSocket}`,
      abci: 'socket',
      moniker: settings.moniker,
      db_backend: 'goleveldb',
      log_level: 'info',
      log_format: 'json',
      genesis_file: 'config/genesis.json',
      priv_validator_key_file: 'config/priv_validator_key.json',
      priv_validator_state_file: 'data/priv_validator_state.json',
      node_key_file: 'config/node_key.json',
      filter_peers: false,
    }),
    section('rpc', {
      // A socket in a folder of this user: nobody else on the machine gets at it.
      laddr: `unix://${settings.rpcSocket}`,
      pprof_laddr: '',
      unsafe: false,
      max_open_connections: 64,
      max_request_batch_size: MAX_BATCH,
      max_body_bytes: MAX_REQUEST_BYTES,
    }),
    section('p2p', {
      laddr: `tcp://${settings.listen}`,
      external_address: settings.external ?? '',
      persistent_peers: settings.peers.join(','),
      // The members are known: nobody is looked for, and nobody else gets a place.
      unconditional_peer_ids: settings.peers.map((peer) => peer.split('@', 1)[0]!).join(','),
      pex: false,
      addr_book_strict: false,
      allow_duplicate_ip: true,
      // A member that comes back is to be seen within seconds, however long it was away.
      persistent_peers_max_dial_period: '5s',
      flush_throttle_timeout: '10ms',
      send_rate: 20_480_000,
      recv_rate: 20_480_000,
      max_packet_msg_payload_size: 16_384,
    }),
    section('mempool', {
      type: 'flood',
      // Whoever proposes drops what has become invalid meanwhile; asking the application about all of it again costs more.
      recheck: false,
      broadcast: true,
      size: 20_000,
      max_txs_bytes: 64 << 20,
      cache_size: 60_000,
      max_tx_bytes: MAX_TRANSACTION_BYTES,
    }),
    section('statesync', {
      enable: stateSync !== undefined,
      rpc_servers: stateSync?.servers.join(',') ?? '',
      trust_height: stateSync?.trustHeight ?? 0,
      trust_hash: stateSync?.trustHash ?? '',
      trust_period: `${stateSync?.trustPeriodHours ?? 168}h0m0s`,
      discovery_time: '5s',
    }),
    section('blocksync', { version: 'v0' }),
    section('consensus', {
      timeout_propose: '1s',
      timeout_propose_delta: '500ms',
      timeout_prevote: '500ms',
      timeout_prevote_delta: '250ms',
      timeout_precommit: '500ms',
      timeout_precommit_delta: '250ms',
      timeout_commit: `${settings.commitTimeoutMs ?? 200}ms`,
      // Blocks are made when there is something to put into them.
      create_empty_blocks: false,
      create_empty_blocks_interval: '0s',
      peer_gossip_sleep_duration: '20ms',
    }),
    section('storage', { discard_abci_responses: true }),
    // Whoever looks for a transaction asks the ledger.
    section('tx_index', { indexer: 'null' }),
    section('instrumentation', {
      prometheus: settings.metrics !== undefined,
      prometheus_listen_addr: settings.metrics ?? '',
      namespace: 'cometbft',
    }),
  ].join('\n');
}
