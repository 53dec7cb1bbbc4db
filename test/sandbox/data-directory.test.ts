import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdDataDirectory } from '../../src/sandbox/data-directory.ts';
import { run, temporaryDirectory } from '../support/sandbox.ts';

let parent: string;
beforeEach(() => (parent = temporaryDirectory()));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function codeOf(directory: string): Promise<string> {
  const held = await holdDataDirectory(directory);
  if (!held.ok) return held.error.code;
  await held.value.release();
  return 'held';
}

describe('the data directory', () => {
  test('is made when absent and known again', async () => {
    const directory = path.join(parent, 'a/b');
    const first = await holdDataDirectory(directory);
    expect(first.ok && first.value.fresh).toBe(true);
    if (first.ok) await first.value.release();
    const second = await holdDataDirectory(directory);
    expect(second.ok && second.value.fresh).toBe(false);
    if (second.ok) await second.value.release();
  });

  test('is held once: a second holder is told by whom', async () => {
    const held = await holdDataDirectory(parent);
    expect(held.ok).toBe(true);
    const second = await holdDataDirectory(parent);
    expect(second.ok ? '' : second.error.code).toBe('sandbox.data-in-use');
    expect(second.ok ? '' : second.error.message).toContain(String(process.pid));
    if (held.ok) await held.value.release();
    expect(await codeOf(parent)).toBe('held');
  });

  test('a lock left by a killed process is taken over, also when its number is in use again', async () => {
    expect(await codeOf(parent)).toBe('held');
    const dead = execFileSync('sh', ['-c', 'echo $$']).toString().trim();
    writeFileSync(path.join(parent, 'lock'), `${dead} 1`);
    expect(await codeOf(parent)).toBe('held');
    // Process 1 lives, but did not start at tick 123.
    if (process.platform === 'linux') {
      writeFileSync(path.join(parent, 'lock'), '1 123');
      expect(await codeOf(parent)).toBe('held');
    }
  });

  test.each([
    ['a directory with other things in it', 'sandbox.data-foreign', (directory: string) => writeFileSync(path.join(directory, 'thesis.odt'), 'x')],
    ['a marker that cannot be read', 'sandbox.data-damaged', (directory: string) => writeFileSync(path.join(directory, 'careledger.json'), '{"for')],
    ['another format', 'sandbox.data-version', (directory: string) => writeFileSync(path.join(directory, 'careledger.json'), '{"format":99}')],
  ])('refuses %s, and leaves it as it was', async (_, code, prepare) => {
    prepare(parent);
    expect(await codeOf(parent)).toBe(code);
    expect(existsSync(path.join(parent, 'lock'))).toBe(false);
  });

  test('refuses a file in its place', async () => {
    writeFileSync(path.join(parent, 'file'), '');
    expect(await codeOf(path.join(parent, 'file'))).toBe('sandbox.data-foreign');
  });

  // Root may write anywhere: then another user has to try.
  test('refuses a directory without write permission', async () => {
    const directory = path.join(parent, 'locked');
    mkdirSync(directory);
    chmodSync(directory, 0o555);
    chmodSync(parent, 0o755);
    if (process.getuid?.() !== 0) return expect(await codeOf(path.join(directory, 'data'))).toBe('sandbox.data-read-only');
    const module = path.join(import.meta.dirname, '../../src/sandbox/data-directory.ts');
    const script = `process.setgid(65534); process.setuid(65534);
      const { holdDataDirectory } = await import(${JSON.stringify(module)});
      const held = await holdDataDirectory(${JSON.stringify(path.join(directory, 'data'))});
      console.log(held.ok ? 'held' : held.error.code);`;
    const { stdout, stderr } = await run(['--input-type=module', '-e', script]);
    expect(stdout.trim(), stderr).toBe('sandbox.data-read-only');
  });

  test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('refuses a full disk', async () => {
    const disk = path.join(parent, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    } catch {
      return console.warn('not checked: this machine does not let tests mount a small disk');
    }
    try {
      expect(await codeOf(path.join(disk, 'data'))).toBe('sandbox.data-full');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('the marker says the format and nothing else', async () => {
    await codeOf(parent);
    expect(JSON.parse(readFileSync(path.join(parent, 'careledger.json'), 'utf8'))).toEqual({ format: 1 });
  });
});
