import { commitment, counter, memberText } from '../schema/fields.ts';
import { defineOperation, type OperationOf } from '../schema/operation.ts';

export const anchor = defineOperation('anchors.anchor', 'Commits an organisation to the next batch of its log.', {
  org: memberText(/^[a-z][a-z0-9-]*$/, 64, 'The organisation whose log it is.'),
  number: counter('Number of the batch: one more than the organisation’s last.'),
  commitment: commitment('Blinded commitment to the batch: how many entries it has, and the root over them.'),
});

export type Anchor = OperationOf<typeof anchor>;
