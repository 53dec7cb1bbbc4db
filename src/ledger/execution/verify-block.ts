import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { upgradeNeeded } from '../governance/protocol-version.ts';
import { stateView } from '../module/state-view.ts';
import { executeBlock, type Execution } from './execute-block.ts';
import type { LedgerState, LedgerStore } from './ledger-state.ts';
import { checkTransaction, type CheckedTransaction } from '../transaction/check.ts';
import type { Block } from '../block/block.ts';
import { headerFields, type Header } from '../block/header.ts';
import type { SealCheck } from '../block/seal.ts';

/**
 * Executes a block again and compares: the same transactions on the same state must give this very header, and its seal must hold.
 * `ledger.bad-block` says which field or transaction differs (data: height); `ledger.upgrade-needed`: this software does not know the rules.
 */
export function verifyBlock(state: LedgerState, store: LedgerStore, block: Block, sealProblem: SealCheck): Result<Execution> {
  const { header } = block;
  if (header.height !== state.height + 1) return bad(header, `it should have height ${state.height + 1}`);
  const unsealed = sealProblem(block);
  if (unsealed !== undefined) return bad(header, unsealed);
  if (header.time < state.time) return bad(header, 'its time is before the previous block’s');

  const transactions: CheckedTransaction[] = [];
  for (const [index, bytes] of block.transactions.entries()) {
    const checked = checkTransaction(bytes, state.chainId);
    if (!checked.ok) return bad(header, `transaction ${index}: ${checked.error.message}`);
    transactions.push(checked.value);
  }
  const outdated = upgradeNeeded(stateView(store.nodes, state.root), header.height);
  if (outdated) return fail(outdated);
  const execution = executeBlock(state, store, transactions, { time: header.time, proposer: header.proposer });
  const refused = execution.results.findIndex((result) => !result.ok);
  if (refused >= 0) return bad(header, `transaction ${refused} is not acceptable in this state`);
  const field = differingField(execution.header, header);
  return field === undefined ? ok(execution) : bad(header, `its ${field} is not what the transactions give`);
}

/** The first field in which two headers differ. */
export function differingField(one: Header, other: Header): string | undefined {
  for (const name of Object.keys(headerFields) as (keyof Header | 'v')[]) {
    if (name === 'v') continue;
    const [a, b] = [one[name], other[name]];
    if (a instanceof Uint8Array && b instanceof Uint8Array ? !equalBytes(a, b) : a !== b) return name;
  }
  return undefined;
}

const bad = ({ height }: Header, why: string) =>
  fail(codedError(ledgerErrors, 'ledger.bad-block', { message: `Block ${height} does not hold: ${why}.`, data: { height } }));
