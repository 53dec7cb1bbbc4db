/** The rule of every operation. Adding a module: `src/ledger/README.md`. */
import { anchorRule } from '../anchors/anchor.ts';
import { actionRules } from '../governance/action-rules.ts';
import { proposeRule } from '../governance/propose.ts';
import { voteRule } from '../governance/vote.ts';
import { withdrawRule } from '../governance/withdraw.ts';
import { closeRule } from '../grants/close.ts';
import { openRule } from '../grants/open.ts';
import { leaveRule } from '../membership/leave.ts';
import type { Operation } from '../operations.ts';
import type { Rule } from '../module/rule.ts';

/** One rule for each name; the type makes a missing one a compile error. */
export const rules: { readonly [N in Operation['op']]: Rule<Extract<Operation, { op: N }>> } = {
  ...actionRules,
  'membership.leave': leaveRule,
  'governance.propose': proposeRule,
  'governance.vote': voteRule,
  'governance.withdraw': withdrawRule,
  'anchors.anchor': anchorRule,
  'grants.open': openRule,
  'grants.close': closeRule,
};
