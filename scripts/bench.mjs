// `npm run bench -- <name>`: one measurement of ours. Each ends with one JSON line per figure; see docs/performance.md.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cometbftEnvironment } from './lib/cometbft.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { attached } from './lib/processes.mjs';
import { findNode } from './lib/runtime.mjs';
import { Problem, run } from './lib/terminal.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = fs
  .readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));

await run(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || !names.includes(name))
    throw new Problem('bench.unknown', `Which measurement? There are: ${names.join(', ')}.`, 'Example: npm run bench -- fhir');
  await ensureInstalled(root);
  const node = findNode(root);
  await ensureWebBuilt(root, node);
  return attached(node, [path.join(root, 'bench', `${name}.bench.ts`), ...args], {
    cwd: root,
    env: { ...process.env, ...cometbftEnvironment(root) },
  });
});
