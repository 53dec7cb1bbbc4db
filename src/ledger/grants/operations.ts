import { commitment, day, ed25519Key, random, signature } from '../schema/fields.ts';
import { defineOperation, type OperationOf } from '../schema/operation.ts';

export const open = defineOperation('grants.open', 'Opens a grant: who shares what with whom is known to the parties alone.', {
  id: random(32, 'Names the grant; drawn at random.'),
  commitment: commitment('Commits to the grant’s terms, blinded by random bytes that the parties hold.'),
  controlKey: ed25519Key('One-time key that alone can close the grant (Ed25519).'),
  expiryDay: day('Last day on which the grant holds (days since 1970-01-01, UTC).'),
});

export const close = defineOperation('grants.close', 'Closes a grant for good.', {
  id: random(32, 'The grant’s id.'),
  signature: signature('By the grant’s control key over the chain id and the grant’s id.'),
});

export type Open = OperationOf<typeof open>;
export type Close = OperationOf<typeof close>;
