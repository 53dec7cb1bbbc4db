import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import type { Anchor } from './operations.ts';
import { readAnchor, writeAnchor } from './state.ts';

/**
 * An organisation commits to the batches of its own log, one after the other, each once: what a number stands for can't be changed any
 * more. An empty batch is a batch like any other, so that the row of them tells nothing but the time.
 */
export const anchorRule: Rule<Anchor> = ({ org, number, commitment }, { sender, state, height, time }) => {
  if (sender.kind !== 'member' || sender.org !== org)
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'An organisation anchors its own log only.' });
  const expected = (readAnchor(state, org)?.number ?? 0) + 1;
  if (number !== expected) return codedError(ledgerErrors, 'ledger.anchor-order', { data: { expected } });
  writeAnchor(state, org, { number, commitment, height, time });
  return undefined;
};
