/** Brings `node_modules` to the state of `package-lock.json`, and says what it is doing. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { collect } from './processes.mjs';
import { elapsedSeconds, Problem, say } from './terminal.mjs';

const OLDEST_NODE = 20;
const OLDEST_NPM = 10;

/** What npm installed, against the lockfile: every package there that is not optional, at its version. */
function installedAsLocked(root) {
  const locked = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  let installed;
  try {
    installed = JSON.parse(fs.readFileSync(path.join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(locked).every(
    ([where, entry]) => where === '' || entry.optional || entry.devOptional || installed[where]?.version === entry.version,
  );
}

function isInstalled(root) {
  const lock = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules/.careledger-installed');
  const state = `${lock} ${process.platform} ${process.arch}\n`;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === state) return true;
  if (!installedAsLocked(root)) return false;
  remember(stamp, state);
  return true;
}

/** Saves looking again. Whoever runs what another user installed looks every time. */
export function remember(stamp, state) {
  try {
    fs.writeFileSync(stamp, state);
  } catch (cause) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(cause.code)) throw cause;
  }
}

/** The npm that runs this script, else the one on PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  if (own?.endsWith('npm-cli.js')) return [process.execPath, [own]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

async function npmVersion(command, prefix, root) {
  try {
    const { code, output } = await collect(command, [...prefix, '--version'], { cwd: root });
    if (code === 0) return output.trim().split('\n').at(-1);
  } catch {
    // Not there: said below.
  }
  throw new Problem(
    'setup.no-npm',
    'npm was not found, and the dependencies are not installed yet.',
    'Install Node.js 20 or newer with npm (https://nodejs.org), then run this again.',
  );
}

function explain(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/.test(output))
    return 'The package registry could not be reached: check the network or the proxy settings (npm config get registry), then run this again.';
  if (/ENOSPC/.test(output)) return 'The disk is full: about 700 MB are needed for the dependencies.';
  if (/EACCES|EPERM|EROFS/.test(output)) return 'This folder cannot be written to: clone the repository to a folder of your own.';
  if (/EINTEGRITY/.test(output)) return 'A downloaded package is not the one in package-lock.json: run "npm cache clean --force", then this again.';
  return 'Run "npm ci" to see npm\'s own messages.';
}

/** @throws {Problem} */
export async function ensureInstalled(root) {
  const node = Number(process.versions.node.split('.')[0]);
  if (node < OLDEST_NODE)
    throw new Problem(
      'setup.old-node',
      `This is Node.js ${process.versions.node}; ${OLDEST_NODE} or newer is needed to install.`,
      'Get a newer one from https://nodejs.org.',
    );
  if (isInstalled(root)) return;
  const [command, prefix] = npmCommand();
  const npm = await npmVersion(command, prefix, root);
  if (Number(npm.split('.')[0]) < OLDEST_NPM)
    throw new Problem('setup.old-npm', `This is npm ${npm}; ${OLDEST_NPM} or newer is needed.`, 'Run "npm install -g npm@latest".');
  const packages = Object.keys(JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages).length - 1;
  say(`Installing dependencies: up to ${packages} packages, exactly as locked, without running install scripts (once; about a minute)`);
  const from = performance.now();
  const beat = setInterval(() => say(`  still installing, ${Math.round((performance.now() - from) / 1000)} s`), 10_000);
  try {
    const { code, output } = await collect(
      command,
      [...prefix, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: root,
        env: { ...process.env, NODE_ENV: '' },
      },
    );
    if (code !== 0)
      throw new Problem(
        'setup.install-failed',
        `The dependencies could not be installed:\n${output.trim().split('\n').slice(-12).join('\n')}`,
        explain(output),
      );
  } finally {
    clearInterval(beat);
  }
  if (!isInstalled(root))
    throw new Problem('setup.install-incomplete', 'npm finished, but not every locked package is there.', 'Delete node_modules and run this again.');
  say(`Installed (${elapsedSeconds()} s)`);
}
