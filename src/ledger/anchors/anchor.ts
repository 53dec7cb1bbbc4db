import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { emptyRoot, verifyConsistency } from '../proofs/merkle-log.ts';
import type { Anchor } from './operations.ts';
import { readAnchor, writeAnchor } from './state.ts';

/**
 * An organisation anchors its own log, and each head extends the one before: from then on the log can't be rewritten unnoticed. The same
 * head again is fine: anchoring goes on while nothing is written, so that its rhythm tells nothing.
 */
export const anchorRule: Rule<Anchor> = ({ org, size, root, path }, { sender, state, height, time }) => {
  if (sender.kind !== 'member' || sender.org !== org)
    return codedError(ledgerErrors, 'ledger.not-permitted', { message: 'An organisation anchors its own log only.' });
  const previous = readAnchor(state, org) ?? { size: 0, root: emptyRoot() };
  const data = { anchoredSize: previous.size };
  if (size < previous.size) return codedError(ledgerErrors, 'ledger.head-shrinks', { data });
  if (!verifyConsistency({ oldSize: previous.size, oldRoot: previous.root, newSize: size, newRoot: root, path }))
    return codedError(ledgerErrors, 'ledger.inconsistent-head', { data });
  writeAnchor(state, org, { size, root, height, time });
  return undefined;
};
