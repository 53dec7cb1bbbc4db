import { votes } from '../ballots/state.ts';
import { admit, reinstate, rotateKeys, suspend } from '../membership/operations.ts';
import { setPolicy } from '../policy/operations.ts';
import { code, counter, operationField, type BytesField } from '../schema/fields.ts';
import { defineOperation, type OperationOf } from '../schema/operation.ts';
import { setValidator } from '../validators/operations.ts';

const releaseHash: BytesField = { kind: 'bytes', class: 'proof', min: 32, max: 32, about: 'SHA-256 of the release that the members looked at.' };

export const upgradeFields = {
  version: counter('Version of the protocol from then on.'),
  hash: releaseHash,
  height: counter('Last height under the version before.'),
} as const;

export const upgrade = defineOperation(
  'governance.upgrade',
  'Changes the rules from a height on: all nodes need software that knows them.',
  upgradeFields,
);

/** What the members can decide. */
export const actionSchemas = [admit, suspend, reinstate, rotateKeys, setValidator, setPolicy, upgrade] as const;
export const actionField = operationField(actionSchemas, 'What happens when the proposal passes.');

const number = counter('The proposal’s number.');

export const propose = defineOperation('governance.propose', 'Proposes a change of the network; counts as an approval.', { action: actionField });
export const vote = defineOperation('governance.vote', 'Votes on a proposal; replaces the member’s earlier vote.', {
  proposal: number,
  vote: code(votes, 'What the member votes.'),
});
export const withdraw = defineOperation('governance.withdraw', 'Takes a proposal back.', { proposal: number });

export type Upgrade = OperationOf<typeof upgrade>;
export type Propose = OperationOf<typeof propose>;
export type CastVote = OperationOf<typeof vote>;
export type Withdraw = OperationOf<typeof withdraw>;
export type Action = Propose['action'];
