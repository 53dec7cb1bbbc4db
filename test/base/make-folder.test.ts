import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/base/make-folder.node.ts';
import { temporaryFolder } from '../support/ledger.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a folder that somebody names', () => {
  it('is made with those above it, and left as it is when it is there', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'a/b/c');
    await Promise.all([makeFolder(path, 0o700), makeFolder(path, 0o700), makeFolder(join(path, 'd'), 0o700)]);
    for (const made of ['a', 'a/b', 'a/b/c', 'a/b/c/d']) expect(modeOf(join(folder.path, made))).toBe(0o700);
    await makeFolder(path, 0o711);
    expect(modeOf(path)).toBe(0o700);
  });

  it('is refused where something else stands', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(file, 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')('is refused where the file system takes none', async () => {
    for (const path of ['/proc/x', '/proc/x/y/z']) await expect(makeFolder(path)).rejects.toMatchObject({ code: 'ENOENT', syscall: 'mkdir' });
  });
});
