/** The file system with a record of what was done to it, in the order in which it was done: whether something is durable shows in nothing else. */
import type * as files from 'node:fs/promises';
import { basename } from 'node:path';

type Files = typeof files;

/** `sync name`, `write name`, `truncate name`, `rename from to`: each when it was done, not when it was asked for. */
export const done: string[] = [];

const NOTED: Readonly<Record<string, string>> = {
  write: 'write',
  writeFile: 'write',
  appendFile: 'write',
  sync: 'sync',
  datasync: 'sync',
  truncate: 'truncate',
};

function noting(file: files.FileHandle, name: string): files.FileHandle {
  return new Proxy(file, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      const what = typeof member === 'string' ? NOTED[member] : undefined;
      if (what === undefined) return call;
      return async (...args: unknown[]) => {
        const answer = await call(...args);
        // One write may be done in several pieces.
        if (done.at(-1) !== `${what} ${name}`) done.push(`${what} ${name}`);
        return answer;
      };
    },
  });
}

/** In place of `node:fs/promises`. */
export const recordedFiles = (real: Files): Files => ({
  ...real,
  async open(path, ...rest) {
    const file = await real.open(path, ...rest);
    return noting(file, basename(String(path)));
  },
  async rename(from, to) {
    await real.rename(from, to);
    done.push(`rename ${basename(String(from))} ${basename(String(to))}`);
  },
});
