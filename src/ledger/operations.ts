/** Every operation there is. The one list from which codec, explorer and the test of invariant P1 work. */
import * as anchors from './anchors/operations.ts';
import * as governance from './governance/operations.ts';
import * as grants from './grants/operations.ts';
import * as membership from './membership/operations.ts';
import * as policy from './policy/operations.ts';
import type { OperationSchema } from './schema/operation.ts';
import * as validators from './validators/operations.ts';

export type Operation =
  | membership.Admit
  | membership.Suspend
  | membership.Reinstate
  | membership.Leave
  | membership.RotateKeys
  | validators.SetValidator
  | policy.SetPolicy
  | governance.Upgrade
  | governance.Propose
  | governance.CastVote
  | governance.Withdraw
  | anchors.Anchor
  | grants.Open
  | grants.Close;

export const operationSchemas: ReadonlyMap<string, OperationSchema> = new Map<string, OperationSchema>(
  [
    membership.admit,
    membership.suspend,
    membership.reinstate,
    membership.leave,
    membership.rotateKeys,
    validators.setValidator,
    policy.setPolicy,
    governance.upgrade,
    governance.propose,
    governance.vote,
    governance.withdraw,
    anchors.anchor,
    grants.open,
    grants.close,
  ].map((schema) => [schema.name, schema]),
);
