/** The explorer's sentences in English, in one place. */
import type { Action } from '../../ledger/governance/operations.ts';
import type { Operation } from '../../ledger/operations.ts';

const count = (value: number): string => value.toLocaleString('en-US');
const short = (hex: string): string => hex.slice(0, 8);

type NameOf = (organisation: string) => string;

/** What the members decide on, as one clause that begins with a verb. */
export function actionSentence(action: Action, nameOf: NameOf): string {
  switch (action.op) {
    case 'membership.admit':
      return `Admit ${action.name} (${action.kind}) to the network`;
    case 'membership.suspend':
      return `Suspend ${nameOf(action.org)}`;
    case 'membership.reinstate':
      return `End the suspension of ${nameOf(action.org)}`;
    case 'membership.rotate-keys':
      return `Replace the keys of ${nameOf(action.org)}`;
    case 'validators.set':
      return action.power === 0
        ? `End the validator of ${nameOf(action.org)}`
        : `Give ${nameOf(action.org)} a validator with power ${count(action.power)}`;
    case 'governance.set-policy':
      return `Change how members decide: more than ${action.numerator}/${action.denominator} of the active members`;
    case 'governance.upgrade':
      return `Use version ${action.version} of the protocol after block ${count(action.height)}`;
  }
}

/** One plain sentence for an operation; `nameOf` gives an organisation's name. */
export function operationSentence(operation: Operation, nameOf: NameOf, hexOf: (bytes: Uint8Array) => string): string {
  switch (operation.op) {
    case 'membership.admit':
      return `${operation.name} joined the network`;
    case 'membership.suspend':
      return `${nameOf(operation.org)} was suspended`;
    case 'membership.reinstate':
      return `${nameOf(operation.org)} was reinstated`;
    case 'membership.leave':
      return `${nameOf(operation.org)} left the network`;
    case 'membership.rotate-keys':
      return `${nameOf(operation.org)} replaced its keys`;
    case 'validators.set':
      return operation.power === 0
        ? `The validator of ${nameOf(operation.org)} was ended`
        : `${nameOf(operation.org)} has a validator with power ${count(operation.power)}`;
    case 'governance.set-policy':
      return 'The policy of the network was changed';
    case 'governance.upgrade':
      return `Version ${operation.version} of the protocol holds after block ${count(operation.height)}`;
    case 'governance.propose':
      return `Proposed: ${actionSentence(operation.action, nameOf)}`;
    case 'governance.vote':
      return `${operation.vote === 'approve' ? 'Approved' : 'Rejected'} proposal ${count(operation.proposal)}`;
    case 'governance.withdraw':
      return `Proposal ${count(operation.proposal)} was withdrawn`;
    case 'anchors.anchor':
      return `${nameOf(operation.org)} anchored its log: batch ${count(operation.number)}`;
    case 'grants.open':
      return `A share was opened (${short(hexOf(operation.id))}…); the ledger does not know whose`;
    case 'grants.close':
      return `A share was closed (${short(hexOf(operation.id))}…)`;
  }
}

export const words = {
  block: (height: number) => `Block ${count(height)}`,
  transactions: (number: number) => (number === 1 ? '1 transaction' : `${count(number)} transactions`),
  transaction: (hash: string) => `Transaction ${hash.slice(0, 12)}…`,
  inBlock: (height: number) => `In block ${count(height)}`,
  stateOf: (height: number) => `State root of block ${count(height)}`,
  appHashOf: (height: number) => `App hash of block ${count(height)}`,
  grant: (id: string) => `Share ${id.slice(0, 12)}…`,
  grantOpened: (height: number) => `Opened in block ${count(height)}`,
} as const;
