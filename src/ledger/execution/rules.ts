/** The rule of every operation. Adding a module: `src/ledger/README.md`. */
import { anchorRule } from '../anchors/anchor.ts';
import { closeRule } from '../grants/close.ts';
import { openRule } from '../grants/open.ts';
import { admitRule } from '../membership/admit.ts';
import { rotateKeysRule } from '../membership/rotate-keys.ts';
import { suspendRule } from '../membership/suspend.ts';
import type { Operation } from '../operations.ts';
import type { Rule } from '../module/rule.ts';

/** One rule for each name; the type makes a missing one a compile error. */
export const rules: { readonly [N in Operation['op']]: Rule<Extract<Operation, { op: N }>> } = {
  'membership.admit': admitRule,
  'membership.suspend': suspendRule,
  'membership.rotate-keys': rotateKeysRule,
  'anchors.anchor': anchorRule,
  'grants.open': openRule,
  'grants.close': closeRule,
};
