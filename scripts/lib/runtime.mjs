/** Finds the Node.js that runs the product: the one the lockfile brings, whatever is installed on the machine. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { remember } from './install.mjs';
import { Problem, say } from './terminal.mjs';

/** Type stripping without a flag, and what the storage layer needs of the runtime. */
const OLDEST_MAJOR = 24;

const majorOf = (version) => Number(version.split('.')[0]);

function versionOf(node) {
  const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The path of a Node.js that can run `src`.
 * @throws {Problem}
 */
export function findNode(root) {
  const carried = path.join(root, 'node_modules/.bin/node');
  if (fs.existsSync(carried)) {
    const real = fs.realpathSync(carried);
    const stamp = path.join(root, 'node_modules/.careledger-node');
    const identity = `${real} ${fs.statSync(real).mtimeMs}`;
    // Asking a runtime for its version costs a tenth of a second: once is enough.
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === identity) return real;
    const version = versionOf(real);
    if (version && majorOf(version) >= OLDEST_MAJOR) {
      remember(stamp, identity);
      return real;
    }
  }
  if (majorOf(process.versions.node) >= OLDEST_MAJOR) {
    say(`The lockfile brings no Node.js for ${process.platform} ${process.arch}: using the installed ${process.versions.node}`);
    return process.execPath;
  }
  throw new Problem(
    'setup.no-runtime',
    `Careledger runs on Node.js ${OLDEST_MAJOR} or newer. The lockfile brings one for Linux (x64, arm64) and macOS (arm64), none for ${process.platform} ${process.arch}, and this is ${process.versions.node}.`,
    'Install Node.js 26 from https://nodejs.org and run this again with it.',
  );
}

/**
 * How the server runs: five nodes in one process make many short-lived objects and few that stay. A small young generation and two
 * arenas of the C library keep its resident memory near what it really holds; larger ones cost more than 50 MB.
 */
export const serverFlags = ['--max-semi-space-size=8'];
/** One organisation's process under load: what old objects take grows by less before they are collected. A third less memory, for some processor time. */
export const organisationFlags = [...serverFlags, '--heap-growing-percent=40'];
/** Whom this machine trusts, the node trusts: an authority of one's own needs to be put into one store only. */
export const serverEnvironment = () => ({ MALLOC_ARENA_MAX: '2', NODE_USE_SYSTEM_CA: '1', ...process.env });
