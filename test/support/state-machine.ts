/** The state machine without an engine: blocks are executed in memory, one call each. */
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap, type Result } from '../../src/base/result.ts';
import { executeBlock, type Execution } from '../../src/ledger/execution/execute-block.ts';
import type { LedgerState } from '../../src/ledger/execution/ledger-state.ts';
import { executeGenesis } from '../../src/ledger/genesis/genesis-block.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { getValue } from '../../src/ledger/state/tree.ts';
import { checkTransaction, type CheckedTransaction } from '../../src/ledger/transaction/check.ts';
import { genesis, NOW, transactionOf, type SignOptions } from './ledger.ts';

export class StateMachine {
  readonly nodes = new Map<string, Uint8Array>();
  readonly transactions = new Set<string>();
  state: LedgerState;

  constructor() {
    const execution = unwrap(executeGenesis(genesis));
    this.state = execution.next;
    this.keep(execution);
  }

  /** One block with these transactions. */
  execute(transactions: readonly CheckedTransaction[], time: number = NOW): Execution {
    const store = {
      nodes: { get: (id: Uint8Array) => this.nodes.get(toHex(id)) },
      hasTransaction: (hash: Uint8Array) => this.transactions.has(toHex(hash)),
    };
    const execution = executeBlock(this.state, store, transactions, { time, proposer: genesis.proposer });
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
    const checked = unwrap(checkTransaction(transactionOf(sender, operations, options), genesis.chainId));
    return this.execute([checked], options.time).results[0]!;
  }

  get(key: string): Uint8Array | undefined {
    return getValue({ get: (id) => this.nodes.get(toHex(id)) }, this.state.root, utf8(key));
  }

  private keep({ stateUpdate, accepted }: Execution): void {
    for (const { id, bytes } of stateUpdate.nodes) this.nodes.set(toHex(id), bytes);
    for (const { hash } of accepted) this.transactions.add(toHex(hash));
  }
}
