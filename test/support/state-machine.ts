/** The state machine without an engine: blocks are executed in memory, one call each. */
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap, type Result } from '../../src/base/result.ts';
import { executeBlock, type Execution } from '../../src/ledger/execution/execute-block.ts';
import type { LedgerState } from '../../src/ledger/execution/ledger-state.ts';
import { executeGenesis, type CarriedOver } from '../../src/ledger/genesis/genesis-block.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { getValue, type NodeReader } from '../../src/ledger/state/tree.ts';
import { checkTransaction, type CheckedTransaction } from '../../src/ledger/transaction/check.ts';
import { genesis, NOW, transactionOf, type SignOptions } from './ledger.ts';

export class StateMachine {
  private readonly nodeReader: NodeReader;
  readonly nodes = new Map<string, Uint8Array>();
  readonly transactions = new Set<string>();
  state: LedgerState;

  readonly start: Genesis;

  /** `carried`: what a ledger that goes on takes over. */
  constructor(start: Genesis = genesis, carried?: CarriedOver) {
    this.start = start;
    const nodes: NodeReader = { get: (id) => this.nodes.get(toHex(id)) ?? carried?.nodes.get(id) };
    this.nodeReader = nodes;
    const execution = unwrap(executeGenesis(start, carried));
    this.state = execution.next;
    this.keep(execution);
  }

  /** One block with these transactions. */
  execute(transactions: readonly CheckedTransaction[], time: number = NOW): Execution {
    const store = {
      nodes: this.nodeReader,
      hasTransaction: (hash: Uint8Array) => this.transactions.has(toHex(hash)),
    };
    const execution = executeBlock(this.state, store, transactions, {
      time,
      proposer: this.start.engine === 'embedded' ? this.start.proposer : new Uint8Array(32),
    });
    this.state = execution.next;
    this.keep(execution);
    return execution;
  }

  /** One block with one transaction; its outcome. */
  send(
    sender: string,
    operations: readonly Operation[],
    options: SignOptions & { readonly time?: number } = {},
  ): Result<{ readonly logIndex: number }> {
    const checked = unwrap(checkTransaction(transactionOf(sender, operations, options), this.start.chainId));
    return this.execute([checked], options.time).results[0]!;
  }

  get(key: string): Uint8Array | undefined {
    return getValue(this.nodeReader, this.state.root, utf8(key));
  }

  private keep({ stateUpdate, accepted }: Execution): void {
    for (const { id, bytes } of stateUpdate.nodes) this.nodes.set(toHex(id), bytes);
    for (const { hash } of accepted) this.transactions.add(toHex(hash));
  }
}
