/** The core by itself, over maps: what every engine has to agree with. Nodes that no later version needs are dropped at once. */
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { executeBlock, type Execution } from '../../src/ledger/execution/execute-block.ts';
import type { LedgerState, LedgerStore } from '../../src/ledger/execution/ledger-state.ts';
import { executeGenesis } from '../../src/ledger/genesis/genesis-block.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import { getValue } from '../../src/ledger/state/tree.ts';
import type { CheckedTransaction } from '../../src/ledger/transaction/check.ts';
import { idsIn } from '../../src/ledger/state/node.ts';

export class MemoryLedger {
  private readonly nodes = new Map<string, Uint8Array>();
  private readonly hashes = new Set<string>();
  private readonly store: LedgerStore = {
    nodes: { get: (id) => this.nodes.get(toHex(id)) },
    hasTransaction: (hash) => this.hashes.has(toHex(hash)),
  };
  private readonly proposer: Uint8Array;
  state: LedgerState;

  constructor(genesis: Genesis) {
    this.proposer = genesis.proposer;
    const execution = unwrap(executeGenesis(genesis));
    this.state = execution.next;
    this.keep(execution);
  }

  /** One block; nothing changes when none of the transactions is accepted: there are no empty blocks. */
  execute(transactions: readonly CheckedTransaction[], time: number, proposer = this.proposer): Execution {
    const execution = executeBlock(this.state, this.store, transactions, { time, proposer });
    if (execution.accepted.length === 0) return execution;
    this.state = execution.next;
    this.keep(execution);
    return execution;
  }

  get(key: string): Uint8Array | undefined {
    return getValue(this.store.nodes, this.state.root, utf8(key));
  }

  private keep({ stateUpdate, accepted }: Execution): void {
    for (const { id, bytes } of stateUpdate.nodes) this.nodes.set(toHex(id), bytes);
    for (const id of idsIn(stateUpdate.stale)) this.nodes.delete(toHex(id));
    for (const { hash } of accepted) this.hashes.add(toHex(hash));
  }
}
