/**
 * Plays CometBFT towards an application, over the real socket: four connections, the handshake with its replays, a mempool, proposals, blocks.
 * It keeps what the engine would have on its disk (blocks, app hashes, results), so that an application may be killed and started again
 * at any moment. Whatever an application answers otherwise than before is an error here, as it would be a fork there.
 */
import { createHash } from 'node:crypto';
import { toHex } from '../../../src/base/bytes.ts';
import { ProposalStatus, type ExecTxResult, type ResponseFinalizeBlock, type ValidatorUpdate } from '../../../src/engine/abci/codec.ts';
import { EngineConnection } from './connection.ts';
import type { PartialRequest } from './requests.ts';

export interface DriverOptions {
  readonly socketPath: string;
  readonly chainId: string;
  /** Raw bytes of `app_state`. */
  readonly appState: Uint8Array;
  /** Of the genesis. */
  readonly validators: readonly { readonly key: Uint8Array; readonly power: number }[];
  /** Milliseconds since 1970. */
  readonly genesisTime: number;
  /** Default: 1. */
  readonly initialHeight?: bigint;
  /** Called before a request is sent, right after it was (its answer still to come), and when the answer is there. What it throws ends the run. */
  readonly atBoundary?: (boundary: Boundary) => void | Promise<void>;
}

export interface Boundary {
  readonly method: string;
  readonly when: 'before' | 'during' | 'after';
  /** Of the block that it is about; 0 when about none. */
  readonly height: number;
}

export interface DrivenBlock {
  readonly height: number;
  readonly transactions: readonly Uint8Array[];
  readonly time: number;
  readonly hash: Uint8Array;
  readonly proposerAddress: Uint8Array;
  readonly misbehavior: NonNullable<NonNullable<PartialRequest['finalizeBlock']>['misbehavior']>;
}

export interface BlockChoice {
  /** Default: whatever PrepareProposal makes of the mempool. */
  readonly transactions?: readonly Uint8Array[];
  /** Milliseconds since 1970; default one second after the block before. */
  readonly time?: number;
  readonly misbehavior?: DrivenBlock['misbehavior'];
  /** Default: the validators of the genesis in turn. */
  readonly proposerAddress?: Uint8Array;
  /** Decide it even though this application votes against it, as more than two thirds of others would. */
  readonly decideAnyway?: boolean;
}

export interface Outcome {
  readonly height: number;
  readonly results: readonly ExecTxResult[];
  readonly appHash: Uint8Array;
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly retainHeight: number;
}

type Consensus = 'initChain' | 'prepareProposal' | 'processProposal' | 'finalizeBlock' | 'commit';

const addressOf = (key: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(key).digest().subarray(0, 20));

export const timestamp = (ms: number): { seconds: bigint; nanos: number } => ({
  seconds: BigInt(Math.floor(ms / 1000)),
  nanos: (ms % 1000) * 1_000_000 + 999_999,
});

export class AbciDriver {
  private chain: DrivenBlock[] = [];
  readonly mempool: Uint8Array[] = [];
  private readonly options: DriverOptions;
  /** What is known to be the answer: by height. */
  private answers = new Map<number, string>();
  private appHashes = new Map<number, string>();
  private connections:
    | {
        readonly query: EngineConnection;
        readonly snapshot: EngineConnection;
        readonly mempool: EngineConnection;
        readonly consensus: EngineConnection;
      }
    | undefined;

  constructor(options: DriverOptions) {
    this.options = options;
  }

  get blocks(): DrivenBlock[] {
    return this.chain;
  }

  get height(): number {
    return this.chain.length;
  }

  /** The same engine, with its blocks and all that it knows of them, and another application. */
  withApplication(socketPath: string): AbciDriver {
    const other = new AbciDriver({ ...this.options, socketPath });
    other.chain = this.chain;
    other.answers = this.answers;
    other.appHashes = this.appHashes;
    return other;
  }

  /** Connects as CometBFT does, and brings the application up to the newest decided block. Returns how many blocks were replayed. */
  async start(): Promise<number> {
    this.stop();
    const open = () => EngineConnection.open(this.options.socketPath);
    this.connections = { query: await open(), snapshot: await open(), mempool: await open(), consensus: await open() };
    const info = await this.call('query', 'info', { version: '0.38.0', abciVersion: '2.0.0' }, 0);
    const height = Number(info.lastBlockHeight);
    if (height > this.height) throw new Error(`the application says ${height}, the engine has ${this.height} blocks`);
    if (height === 0) await this.initChain();
    else this.agree(this.appHashes, height, toHex(info.lastBlockAppHash), 'app hash of Info');
    for (const block of this.blocks.slice(height)) await this.apply(block);
    return this.height - height;
  }

  /** Closes the connections, as an engine that stops. */
  stop(): void {
    for (const connection of Object.values(this.connections ?? {})) connection.close();
    this.connections = undefined;
  }

  /** CheckTx; what is accepted waits in the mempool. */
  async checkTx(tx: Uint8Array) {
    const answer = await this.call('mempool', 'checkTx', { tx }, 0);
    if (answer.code === 0) this.mempool.push(tx);
    return answer;
  }

  async query(path: string, data: Uint8Array = new Uint8Array(0), rest: { readonly height?: bigint; readonly prove?: boolean } = {}) {
    return this.call('query', 'query', { path, data, ...rest }, 0);
  }

  get snapshots() {
    return {
      list: () => this.call('snapshot', 'listSnapshots', {}, 0),
      offer: (message: NonNullable<PartialRequest['offerSnapshot']>) => this.call('snapshot', 'offerSnapshot', message, 0),
      load: (message: NonNullable<PartialRequest['loadSnapshotChunk']>) => this.call('snapshot', 'loadSnapshotChunk', message, 0),
      apply: (message: NonNullable<PartialRequest['applySnapshotChunk']>) => this.call('snapshot', 'applySnapshotChunk', message, 0),
    };
  }

  /** One height: proposed, voted on, decided, applied. Undefined: the application voted against it, and it was not decided. */
  async block(choice: BlockChoice = {}): Promise<Outcome | undefined> {
    const proposal = await this.propose(choice);
    const { status } = await this.call('consensus', 'processProposal', { ...about(proposal), txs: [...proposal.transactions] }, proposal.height);
    if (status !== ProposalStatus.ACCEPT && choice.decideAnyway !== true) return undefined;
    // The engine has the block on its disk before the application hears that it is decided.
    this.blocks.push(proposal);
    const included = new Set(proposal.transactions.map(toHex));
    this.mempool.splice(0, Infinity, ...this.mempool.filter((tx) => !included.has(toHex(tx))));
    return this.apply(proposal);
  }

  /** Blocks until nothing waits and the newest app hash is in a header: then an engine without empty blocks stands still. */
  async settle(): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    while (this.mempool.length > 0 || this.appHashes.get(this.height) !== this.appHashes.get(this.height - 1)) {
      if (outcomes.length > 1_000) throw new Error('the engine would make blocks for ever');
      const outcome = await this.block();
      if (!outcome) throw new Error('the application voted against its own proposal');
      outcomes.push(outcome);
    }
    return outcomes;
  }

  private async initChain(): Promise<void> {
    const { chainId, appState, validators, genesisTime, initialHeight = 1n } = this.options;
    const updates = validators.map(({ key, power }) => ({ pubKey: { ed25519: key }, power: BigInt(power) }));
    const answer = await this.call(
      'consensus',
      'initChain',
      { chainId, appStateBytes: appState, validators: updates, time: timestamp(genesisTime), initialHeight },
      0,
    );
    this.agree(this.appHashes, 0, toHex(answer.appHash), 'app hash of InitChain');
  }

  private async propose({ transactions, time, misbehavior = [], proposerAddress }: BlockChoice): Promise<DrivenBlock> {
    const height = this.height + 1;
    const proposer = this.options.validators[height % this.options.validators.length]!;
    const block = {
      height,
      time: time ?? (this.blocks.at(-1)?.time ?? this.options.genesisTime) + 1_000,
      proposerAddress: proposerAddress ?? addressOf(proposer.key),
      misbehavior,
    };
    const txs =
      transactions ??
      (
        await this.call(
          'consensus',
          'prepareProposal',
          {
            txs: [...this.mempool],
            maxTxBytes: 8_000_000n,
            height: BigInt(height),
            time: timestamp(block.time),
            proposerAddress: block.proposerAddress,
            misbehavior,
          },
          height,
        )
      ).txs;
    const hash = createHash('sha256').update(`${height} ${block.time}`);
    for (const tx of txs) hash.update(tx);
    return { ...block, transactions: txs, hash: new Uint8Array(hash.digest()) };
  }

  private async apply(block: DrivenBlock): Promise<Outcome> {
    const { height } = block;
    const answer = await this.call('consensus', 'finalizeBlock', { ...about(block), txs: [...block.transactions] }, height);
    if (answer.txResults.length !== block.transactions.length) throw new Error('not one result for each transaction');
    this.agree(this.answers, height, hashedParts(answer), 'results');
    this.agree(this.appHashes, height, toHex(answer.appHash), 'app hash');
    const { retainHeight } = await this.call('consensus', 'commit', {}, height);
    const { txResults: results, appHash, validatorUpdates } = answer;
    return { height, results, appHash, validatorUpdates, retainHeight: Number(retainHeight) };
  }

  private agree(known: Map<number, string>, height: number, value: string, what: string): void {
    const before = known.get(height);
    if (before !== undefined && before !== value) throw new Error(`DIVERGED: the ${what} at height ${height} was ${before} and is ${value}`);
    known.set(height, value);
  }

  private async call<C extends 'query' | 'snapshot' | 'mempool' | 'consensus', M extends Parameters<EngineConnection['call']>[0]>(
    connection: C,
    method: M & (C extends 'consensus' ? Consensus : string),
    message: PartialRequest[M & keyof PartialRequest],
    height: number,
  ) {
    if (!this.connections) throw new Error('not started');
    const at = async (when: Boundary['when']): Promise<void> => this.options.atBoundary?.({ method, when, height });
    await at('before');
    const answer = this.connections[connection].call<M>(method, message);
    answer.catch(() => undefined);
    await at('during');
    const answered = await answer;
    await at('after');
    return answered;
  }
}

const about = ({ height, time, hash, proposerAddress, misbehavior }: DrivenBlock) => ({
  height: BigInt(height),
  time: timestamp(time),
  hash,
  proposerAddress,
  misbehavior: [...misbehavior],
});

/** What of an answer goes into CometBFT's hashes. */
const hashedParts = ({ txResults, validatorUpdates }: ResponseFinalizeBlock): string =>
  JSON.stringify([
    txResults.map(({ code, data, gasWanted, gasUsed }) => [code, toHex(data), String(gasWanted), String(gasUsed)]),
    validatorUpdates.map(({ pubKey, power }) => [toHex(pubKey.ed25519 ?? new Uint8Array(0)), String(power)]),
  ]);
