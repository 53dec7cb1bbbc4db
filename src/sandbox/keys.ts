/** Keys of the sandbox's organisations: one root key file each, in `keys/` of the data directory. */
import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { organisationKeys, type OrganisationKeys } from '../vault/organisation-keys.ts';
import { openRootKeyFile } from '../vault/root-key.ts';
import { sandboxErrors } from './errors.ts';

export const rootKeyFile = (dataDirectory: string, organisation: string): string => join(dataDirectory, 'keys', organisation, 'root.key');

/** Made when absent while the network itself is being made; later a new key would open nothing, and hide that the old one is lost. */
export async function openKeys(dataDirectory: string, organisation: string, mayMake: boolean): Promise<Result<OrganisationKeys>> {
  if (!mayMake && !existsSync(rootKeyFile(dataDirectory, organisation))) {
    const message = `The root key ${rootKeyFile(dataDirectory, organisation)} is missing.`;
    return fail(codedError(sandboxErrors, 'sandbox.data-damaged', { message, data: { directory: dataDirectory, organisation } }));
  }
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
  return openKeys(dataDirectory, organisation, false);
}
