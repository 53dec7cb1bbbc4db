import { defineOperation, type OperationOf } from '../schema/operation.ts';
import { policyFields } from './policy.ts';

export const setPolicy = defineOperation('governance.set-policy', 'Changes how the members decide.', policyFields);

export type SetPolicy = OperationOf<typeof setPolicy>;
