/** Every operation there is. The one list from which codec, explorer and the test of invariant P1 work. */
import * as anchors from './anchors/operations.ts';
import * as grants from './grants/operations.ts';
import * as membership from './membership/operations.ts';
import type { OperationSchema } from './schema/operation.ts';

export type Operation = membership.Admit | membership.Suspend | membership.RotateKeys | anchors.Anchor | grants.Open | grants.Close;

export const operationSchemas: ReadonlyMap<string, OperationSchema> = new Map(
  [membership.admit, membership.suspend, membership.rotateKeys, anchors.anchor, grants.open, grants.close].map((schema) => [schema.name, schema]),
);
