/** Keys of the sandbox's organisations: one root key file each, in `keys/` of the data directory. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { organisationKeys, type OrganisationKeys } from '../vault/organisation-keys.ts';
import { openRootKeyFile } from '../vault/root-key.ts';
import { sandboxErrors } from './errors.ts';

export const rootKeyFile = (dataDirectory: string, organisation: string): string => join(dataDirectory, 'keys', organisation, 'root.key');

/** Made on first use. */
export async function openKeys(dataDirectory: string, organisation: string): Promise<Result<OrganisationKeys>> {
  const root = await openRootKeyFile(rootKeyFile(dataDirectory, organisation));
  return root.ok ? ok(await organisationKeys(root.value, organisation)) : root;
}

/** Those of an organisation that is there already; nothing is made. */
export async function existingKeys(dataDirectory: string, organisation: string): Promise<Result<OrganisationKeys>> {
  try {
    await access(rootKeyFile(dataDirectory, organisation));
  } catch {
    return fail(
      codedError(sandboxErrors, 'sandbox.no-organisation', {
        message: `There are no keys of an organisation "${organisation}" in ${dataDirectory}.`,
      }),
    );
  }
  return openKeys(dataDirectory, organisation);
}
