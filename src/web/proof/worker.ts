/** Runs the production ledger core beside the page. It has no access to the network or to the page: bytes in, report out. */
import { fromHex, toHex } from '../../base/bytes.ts';
import { transactionHash } from '../../ledger/transaction/transaction.ts';
import { verifyEntryReceipt } from '../../ledger/verify/entry.ts';
import { verifyLedgerReceipt } from '../../ledger/verify/ledger.ts';
import type { Report, Trust } from '../../ledger/verify/report.ts';
import type { Answered, Asked, Checked, Question, StepName, TrustAnchor } from './messages.ts';

const trustOf = (anchor: TrustAnchor | undefined): { readonly trust?: Trust } =>
  anchor === undefined ? {} : { trust: { chainId: anchor.chainId, nodeKey: fromHex(anchor.nodeKey) } };

function reportOf(question: Question): Report<StepName, object> {
  if (question.kind === 'transaction')
    return verifyLedgerReceipt(question.receipt, transactionHash(question.transaction), trustOf(question.trust).trust);
  return verifyEntryReceipt(question.receipt, {
    ...(question.content === undefined ? {} : { content: question.content }),
    ...trustOf(question.trust),
  });
}

function check(question: Question): Checked {
  const started = performance.now();
  const { verdict, steps, facts } = reportOf(question);
  const plain = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value]));
  return { verdict, steps, facts: plain, tookMs: performance.now() - started };
}

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  let answer: Answered;
  try {
    answer = { id: data.id, checked: check(data.question) };
  } catch (cause) {
    answer = { id: data.id, error: (cause as Error).message };
  }
  postMessage(answer);
});
