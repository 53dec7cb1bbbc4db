/** The explorer's sentences in English, in one place. */
import type { Operation } from '../../ledger/operations.ts';

const count = (value: number): string => value.toLocaleString('en-US');
const short = (hex: string): string => hex.slice(0, 8);

/** One plain sentence for an operation; `nameOf` gives an organisation's name. */
export function operationSentence(operation: Operation, nameOf: (organisation: string) => string, hexOf: (bytes: Uint8Array) => string): string {
  switch (operation.op) {
    case 'membership.admit':
      return `${operation.name} joined the network`;
    case 'membership.suspend':
      return `${nameOf(operation.org)} was suspended`;
    case 'membership.rotate-keys':
      return `${nameOf(operation.org)} replaced its keys`;
    case 'anchors.anchor':
      return `${nameOf(operation.org)} anchored its log: ${count(operation.size)} entries`;
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
