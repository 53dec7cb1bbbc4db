/** A home that was carried here by another user: said in those words, before anything is opened. */
import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { organisationErrors } from './errors.ts';
import { GENESIS_FILE, HOME_FILE, ROOT_KEY_FILE } from './home-file.ts';

const { R_OK, W_OK, X_OK } = constants;
const FILES = [HOME_FILE, GENESIS_FILE, ROOT_KEY_FILE];
/** PostgreSQL's folder may be another user's. */
const FOLDERS = ['.', 'ledger', 'cometbft', 'witness', 'checkpoints', 'logs'];

/** `organisation.no-access`. What is not there is somebody else's to say. */
export async function checkAccess(home: string): Promise<Result<void>> {
  const wanted = [...FILES.map((name) => [name, R_OK] as const), ...FOLDERS.map((name) => [name, R_OK | W_OK | X_OK] as const)];
  for (const [name, mode] of wanted) {
    const path = join(home, name);
    const refused = await access(path, mode).then(
      () => false,
      ({ code }: NodeJS.ErrnoException) => code === 'EACCES' || code === 'EPERM' || code === 'EROFS',
    );
    if (!refused) continue;
    const owner = existsSync(path) ? `; it belongs to user ${(await stat(path)).uid}` : '';
    const { username, uid } = userInfo();
    const verb = mode === R_OK ? 'read' : 'write to';
    const message = `${username} (user ${uid}) may not ${verb} ${path}${owner}.`;
    return fail(codedError(organisationErrors, 'organisation.no-access', { message }));
  }
  return ok(undefined);
}
