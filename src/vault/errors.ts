/** What can go wrong with keys and sealed content. */
import { defineErrors } from '../base/errors.ts';

export const vaultErrors = defineErrors({
  'vault.no-root-key': {
    status: 500,
    issue: 'exception',
    message: 'The root key cannot be read.',
    hint: 'Put the key file back, owned by this account and readable by nobody else (mode 0600). Without it the data cannot be read.',
  },
  'vault.key-missing': {
    status: 500,
    issue: 'exception',
    message: 'The content key of this entry is missing or damaged.',
    hint: 'Run `careledger verify --all`.',
  },
  'vault.key-destroyed': {
    status: 410,
    issue: 'deleted',
    message: 'The content was erased: its key was destroyed.',
    hint: 'What is erased cannot be restored.',
  },
  'vault.hpke': {
    status: 400,
    issue: 'security',
    message: 'The message was not encrypted to this organisation, or not for this purpose.',
    hint: 'Encrypt to the current key in the directory of members, with the exact context.',
  },
});
