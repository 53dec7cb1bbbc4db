import { counter, ed25519Key } from '../schema/fields.ts';
import { orgField } from '../schema/member.ts';

/** A validator: the organisation that runs it, its consensus key, and its voting power. */
export const validatorFields = {
  org: orgField,
  key: ed25519Key('Signs in the consensus (Ed25519).'),
  power: counter('Voting power; 0: it has no vote in the consensus.'),
} as const;
