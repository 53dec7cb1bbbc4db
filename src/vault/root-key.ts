/**
 * The organisation's root key behind a port: everything else is derived from it and can be derived again. The file form is for one
 * machine; a hardware module or a key service derives the same way and never shows the root.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hkdfSync } from 'node:crypto';
import { codedError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.node.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { vaultErrors } from './errors.ts';

export interface RootKey {
  /** 32 bytes for a purpose, always the same ones. Purposes are fixed texts of this code, never input. */
  derive(purpose: string): Promise<Uint8Array>;
}

const ROOT_BYTES = 32;

/** HKDF-SHA256 (RFC 5869) with an empty salt: the input is uniformly random already. */
export const deriveKey = (secret: Uint8Array, info: string, length = 32): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, length));

export const rootKeyFromBytes = (secret: Uint8Array): RootKey => ({
  derive: (purpose) => Promise.resolve(deriveKey(secret, `careledger/root/1/${purpose}`)),
});

/**
 * The key in a file of mode 0600; made on first use, and durable before it is used. A file that others may read is refused.
 * Keep it apart from the data: whoever has both can read everything.
 */
export async function openRootKeyFile(path: string): Promise<Result<RootKey>> {
  try {
    await createIfAbsent(path);
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      return fail(
        codedError(vaultErrors, 'vault.no-root-key', { message: `The root key ${path} can be read by others.`, hint: `chmod 600 ${path}` }),
      );
    }
    const secret = await readFile(path);
    if (secret.length !== ROOT_BYTES) return fail(codedError(vaultErrors, 'vault.no-root-key', { message: `${path} is not a root key.` }));
    return ok(rootKeyFromBytes(secret));
  } catch (cause) {
    return fail(codedError(vaultErrors, 'vault.no-root-key', { data: { path, cause: (cause as Error).message } }));
  }
}

async function createIfAbsent(path: string): Promise<void> {
  await makeFolder(dirname(path), 0o700);
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') return undefined;
    throw cause;
  });
  if (!file) return;
  try {
    await file.write(randomBytes(ROOT_BYTES));
    await file.sync();
  } finally {
    await file.close();
  }
  const directory = await open(dirname(path), 'r');
  await directory.sync().finally(() => directory.close());
}
