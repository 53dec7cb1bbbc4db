/** Keys of an organisation's node, all derived from its root key: the home needs no other secret. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { organisationKeys, type OrganisationKeys } from '../vault/organisation-keys.ts';
import { openRootKeyFile, type RootKey } from '../vault/root-key.ts';
import { organisationErrors } from './errors.ts';
import { ROOT_KEY_FILE } from './home-file.ts';

export interface NodeKeys {
  readonly root: RootKey;
  readonly keys: OrganisationKeys;
  /** Ed25519 seeds: who the organisation is as a validator, and the machine among its peers. */
  readonly validatorSeed: Uint8Array;
  readonly machineSeed: Uint8Array;
}

/** `mayMake`: while the home itself is being made. Later a new key would be somebody else's. */
export async function openNodeKeys(home: string, organisation: string, mayMake: boolean): Promise<Result<NodeKeys>> {
  const path = join(home, ROOT_KEY_FILE);
  if (!mayMake && !existsSync(path))
    return fail(codedError(organisationErrors, 'organisation.incomplete', { message: `The root key ${path} is missing.` }));
  const root = await openRootKeyFile(path);
  if (!root.ok) return root;
  const keys = await organisationKeys(root.value, organisation);
  return ok({ root: root.value, keys, validatorSeed: keys.derive('consensus-validator'), machineSeed: keys.derive('consensus-machine') });
}
