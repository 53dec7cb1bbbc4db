import { defineOperation, type OperationOf } from '../schema/operation.ts';
import { validatorFields } from './fields.ts';

export const setValidator = defineOperation(
  'validators.set',
  'Gives an organisation a validator, changes its key or power, or ends it.',
  validatorFields,
);

export type SetValidator = OperationOf<typeof setValidator>;
