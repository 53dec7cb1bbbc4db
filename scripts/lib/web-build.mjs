/** Builds the web portal into `dist/web`, when what it is made of has changed since the last build. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { collect } from './processes.mjs';
import { elapsedSeconds, Problem, say } from './terminal.mjs';

const SOURCES = ['src/web', 'src/base', 'src/ledger', 'src/contract', 'package-lock.json'];

function* filesUnder(where) {
  if (!fs.existsSync(where)) return;
  if (fs.statSync(where).isFile()) return yield where;
  for (const entry of fs.readdirSync(where, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = path.join(where, entry.name);
    if (entry.isDirectory()) yield* filesUnder(inside);
    else yield inside;
  }
}

function sourcesHash(root) {
  const digest = createHash('sha256');
  for (const source of SOURCES)
    for (const file of filesUnder(path.join(root, source)))
      digest.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  return digest.digest('hex');
}

/** @throws {Problem} */
export async function ensureWebBuilt(root, node, { force = false } = {}) {
  const hash = sourcesHash(root);
  const stamp = path.join(root, 'dist/web/.sources');
  if (!force && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash) return;
  say('Building the web portal');
  // Built beside and then moved: a running sandbox never serves half a build.
  const fresh = path.join(root, `dist/.web-${process.pid}`);
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const config = path.join(root, 'src/web/vite.config.ts');
  const { code, output } = await collect(node, [vite, 'build', '--config', config, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: path.join(root, 'src/web'),
  });
  if (code !== 0) {
    fs.rmSync(fresh, { recursive: true, force: true });
    throw new Problem(
      'setup.web-build-failed',
      `The web portal could not be built:\n${output.trim().split('\n').slice(-20).join('\n')}`,
      'Fix the named file, then run this again.',
    );
  }
  fs.writeFileSync(path.join(fresh, '.sources'), hash);
  fs.rmSync(path.join(root, 'dist/web'), { recursive: true, force: true });
  fs.renameSync(fresh, path.join(root, 'dist/web'));
  say(`Built (${elapsedSeconds()} s)`);
}
