/** Tools that tests use besides what npm installs: a browser, Debian's PostgreSQL server, and CometBFT. Missing ones are said, never guessed. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cometbftEnvironment, cometbftVersions, ensureCometbft } from './cometbft.mjs';
import { collect } from './processes.mjs';
import { Problem, say } from './terminal.mjs';

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file));

const canInstall = () => process.getuid?.() === 0 && onPath('apt-get') !== undefined;

async function aptInstall(name) {
  if (!canInstall()) return;
  say(`Installing Debian's package ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => collect('apt-get', ['install', '-y', '--no-install-recommends', name], { env });
  if ((await install()).code === 0) return;
  await collect('apt-get', ['update'], { env });
  const { code, output } = await install();
  if (code !== 0) say(`  not installed: ${output.trim().split('\n').at(-1)}`);
}

const findChromium = () => process.env.CARELEDGER_CHROMIUM ?? ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find(Boolean);

function findPostgres() {
  if (process.env.CARELEDGER_POSTGRES_BIN) return process.env.CARELEDGER_POSTGRES_BIN;
  const base = '/usr/lib/postgresql';
  const versions = fs.existsSync(base) ? fs.readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => path.join(base, version, 'bin')).find((bin) => fs.existsSync(path.join(bin, 'postgres')));
}

/**
 * Finds or installs the tools; what is there is handed to the tests by environment variables.
 * @returns {Promise<{ env: Record<string, string>, missing: string[] }>}
 */
export async function ensureTools(root) {
  const env = {};
  const missing = [];
  if (!findChromium()) await aptInstall('chromium');
  const chromium = findChromium();
  if (chromium && spawnSync(chromium, ['--version']).status === 0) env.CARELEDGER_CHROMIUM = chromium;
  else missing.push('Chromium (the browser tests need it; package "chromium", or set CARELEDGER_CHROMIUM)');
  if (!findPostgres()) await aptInstall('postgresql');
  const postgres = findPostgres();
  if (postgres) env.CARELEDGER_POSTGRES_BIN = postgres;
  else missing.push('a PostgreSQL server of the system (package "postgresql", or set CARELEDGER_POSTGRES_BIN to its bin folder)');
  if (cometbftVersions.some(({ variable }) => !cometbftEnvironment(root)[variable]) && !onPath('go')) await aptInstall('golang-go');
  for (const { series, version, variable } of cometbftVersions) {
    try {
      Object.assign(env, await ensureCometbft(root, [series]));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      missing.push(`CometBFT ${version} (${problem.message.split('\n', 1)[0]} Or set ${variable})`);
    }
  }
  return { env, missing };
}
