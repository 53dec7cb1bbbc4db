import { MAX_PATH_LENGTH } from '../proofs/merkle-log.ts';
import { commitment, counter, hashPath, memberText } from '../schema/fields.ts';
import { defineOperation, type OperationOf } from '../schema/operation.ts';

export const anchor = defineOperation('anchors.anchor', 'Puts the current head of an organisation’s log on the ledger.', {
  org: memberText(/^[a-z][a-z0-9-]*$/, 64, 'The organisation whose log it is.'),
  size: counter('Entries in the log, padding included.'),
  root: commitment('Root of the log at this size (RFC 9162 §2.1).'),
  path: hashPath(MAX_PATH_LENGTH, 'Consistency proof from the previous anchored head (RFC 9162 §2.1.4).'),
});

export type Anchor = OperationOf<typeof anchor>;
