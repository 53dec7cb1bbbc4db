/**
 * Finds CometBFT, the consensus engine of networks on more than one machine: on PATH when its version is a certified one, else in
 * `.tools/bin`, where it is built from its pinned source with Go. Only what asks for it pays for it: the embedded engine needs none of this.
 */
import fs from 'node:fs';
import path from 'node:path';
import { collect } from './processes.mjs';
import { elapsedSeconds, Problem, say } from './terminal.mjs';

/** The versions that the tests run on; the first is what a network runs on. A build's own module version counts: v0.40.0 calls itself 0.39.0. */
export const cometbftVersions = [
  { series: '0.40', version: '0.40.0', variable: 'CARELEDGER_COMETBFT' },
  { series: '0.38', version: '0.38.19', variable: 'CARELEDGER_COMETBFT_38' },
];

const MODULE = 'github.com/cometbft/cometbft';
const OLDEST_GO = '1.25';

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());

/** Go writes the version of the module into each program it builds; undefined for a program that is something else or of an unnamed version. */
function builtFrom(program) {
  const mark = Buffer.from(`mod\t${MODULE}\tv`);
  const bytes = fs.readFileSync(program);
  const at = bytes.indexOf(mark);
  if (at < 0) return undefined;
  return /^[0-9][0-9A-Za-z.+-]*/.exec(bytes.toString('latin1', at + mark.length, at + mark.length + 64))?.[0];
}

const isOfSeries = (program, series) => builtFrom(program)?.startsWith(`${series}.`) === true;

const placeIn = (root, version) => path.join(root, '.tools/bin', `cometbft-${version}`);

function find(root, { series, version, variable }) {
  if (process.env[variable]) return process.env[variable];
  const there = onPath('cometbft');
  if (there && isOfSeries(there, series)) return there;
  const built = placeIn(root, version);
  return fs.existsSync(built) ? built : undefined;
}

/**
 * Environment variables that name what is on this machine already; nothing is installed.
 * @returns {Record<string, string>}
 */
export function cometbftEnvironment(root) {
  const found = cometbftVersions.map((one) => [one.variable, find(root, one)]);
  return Object.fromEntries(found.filter(([, program]) => program !== undefined));
}

function explain(output) {
  if (/dial tcp|no such host|i\/o timeout|TLS handshake|proxyconnect/.test(output))
    return 'The Go module proxy could not be reached: check the network or GOPROXY (go env GOPROXY), then run this again.';
  if (/requires go >=|toolchain not available/.test(output))
    return `Go ${OLDEST_GO} or newer is needed: https://go.dev/dl, or let yours fetch it (GOTOOLCHAIN=auto).`;
  if (/no space left/.test(output)) return 'The disk is full: building takes about 1 GB in the caches of Go.';
  return `Run "go install ${MODULE}/cmd/cometbft@v${cometbftVersions[0].version}" to see Go's own messages.`;
}

async function build(root, { version }) {
  const go = onPath('go');
  if (!go)
    throw new Problem(
      'setup.no-go',
      `CometBFT ${version} is not on this machine, and there is no Go to build it with.`,
      `Install Go ${OLDEST_GO} or newer (https://go.dev/dl) and run this again, or put a cometbft of v0.40 on PATH. ` +
        'The sandbox on one machine ("npm start") needs neither.',
    );
  const target = placeIn(root, version);
  const draft = `${target}.${process.pid}`;
  fs.mkdirSync(draft, { recursive: true });
  say(`Building CometBFT ${version} from its source with Go (once; about a minute)`);
  const from = performance.now();
  const beat = setInterval(() => say(`  still building, ${Math.round((performance.now() - from) / 1000)} s`), 10_000);
  try {
    const { code, output } = await collect(go, ['install', '-trimpath', `${MODULE}/cmd/cometbft@v${version}`], {
      cwd: draft,
      env: { ...process.env, GOBIN: draft, GOFLAGS: '', CGO_ENABLED: '0' },
    });
    if (code !== 0)
      throw new Problem('setup.cometbft-failed', `CometBFT could not be built:\n${output.trim().split('\n').slice(-8).join('\n')}`, explain(output));
    // Built beside and then moved: whoever else looks finds all of it or nothing.
    fs.renameSync(path.join(draft, 'cometbft'), target);
  } finally {
    clearInterval(beat);
    fs.rmSync(draft, { recursive: true, force: true });
  }
  say(`Built (${elapsedSeconds()} s)`);
  return target;
}

/**
 * The same, and builds what is missing.
 * @param {readonly string[]} series which ones are needed
 * @returns {Promise<Record<string, string>>}
 * @throws {Problem}
 */
export async function ensureCometbft(root, series = [cometbftVersions[0].series]) {
  const env = cometbftEnvironment(root);
  for (const one of cometbftVersions) {
    if (series.includes(one.series)) env[one.variable] ??= await build(root, one);
  }
  return env;
}

const valueOf = (args, option) =>
  args.findLast((_, at) => args[at - 1] === option) ?? args.findLast((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);

/** What runs on the engine always, with the file that has to be there first (src/organisation) and where it is looked for by default (src/cli). */
export const commandsOnCometbft = {
  'network up': { file: 'network.json', home: 'careledger-network' },
  'node start': { file: 'careledger.json', home: undefined },
};

/** Whether a command line asks for the engine: `… --engine cometbft`, or `network up` and `node start` where there is something to run. */
export function asksForCometbft(args) {
  if (args.includes('--help') || args.includes('-h')) return false;
  const command = commandsOnCometbft[args.slice(0, 2).join(' ')];
  if (!command) return (valueOf(args, '--engine') ?? process.env.CARELEDGER_ENGINE) === 'cometbft';
  const home = valueOf(args, '--home') ?? command.home;
  return home !== undefined && fs.existsSync(path.join(home, command.file));
}

/** For whoever hands over to the server: what is there, and what the command line asks for. */
export const cometbftFor = async (root, args) => (asksForCometbft(args) ? ensureCometbft(root) : cometbftEnvironment(root));
