/** Where a recording is replayed: this Node.js, another major of it, and with the implementations of hashes and signatures that a browser gets. */
import { execFile, execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import type { Outcome } from './outcome.ts';

interface Replayed {
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly node: string;
}

const entry = join(import.meta.dirname, 'replay.ts');
const root = join(import.meta.dirname, '../..');

const web = [
  { find: '#sha256', replacement: join(root, 'src/base/sha256.web.ts') },
  { find: '#ed25519', replacement: join(root, 'src/base/ed25519.web.ts') },
];

/** One file of plain JavaScript, with Node's implementations of hashes and signatures, or with a browser's. */
export async function bundleReplay(directory: string, variant: 'node' | 'web'): Promise<string> {
  const name = `replay-${variant}`;
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { alias: variant === 'web' ? web : [] },
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      outDir: directory,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return join(directory, `${name}.mjs`);
}

export async function replayWith(node: string, program: string, recording: string): Promise<Replayed> {
  const { stdout } = await promisify(execFile)(node, [program, recording], { maxBuffer: 1_000_000 });
  return JSON.parse(stdout) as Replayed;
}

/** A Node.js of another major than this one: `CARELEDGER_OLD_NODE`, or one on PATH outside the repository. */
export function otherNode(): { readonly path: string; readonly version: string } | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(root));
  const candidates = [process.env['CARELEDGER_OLD_NODE'], ...onPath.map((folder) => join(folder, 'node'))];
  for (const path of candidates) {
    const version = path && versionOf(path);
    if (version && major(version) !== major(process.versions.node) && major(version) >= 20) return { path, version };
  }
  return undefined;
}

const major = (version: string): number => Number(version.split('.')[0]);

function versionOf(path: string): string | undefined {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .slice(1);
  } catch {
    return undefined;
  }
}
