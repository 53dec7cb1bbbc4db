import { admitRule } from '../membership/admit.ts';
import { reinstateRule } from '../membership/reinstate.ts';
import { rotateKeysRule } from '../membership/rotate-keys.ts';
import { setValidatorRule } from '../membership/set-validator.ts';
import { suspendRule } from '../membership/suspend.ts';
import type { Rule } from '../module/rule.ts';
import { setPolicyRule } from '../policy/set-policy.ts';
import type { Action } from './operations.ts';
import { upgradeRule } from './upgrade.ts';

/** The rule of everything that members can decide: the same that holds when somebody may do it alone. */
export const actionRules: { readonly [N in Action['op']]: Rule<Extract<Action, { op: N }>> } = {
  'membership.admit': admitRule,
  'membership.suspend': suspendRule,
  'membership.reinstate': reinstateRule,
  'membership.rotate-keys': rotateKeysRule,
  'validators.set': setValidatorRule,
  'governance.set-policy': setPolicyRule,
  'governance.upgrade': upgradeRule,
};
