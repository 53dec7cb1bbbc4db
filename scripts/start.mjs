// `npm start`: from a fresh clone to a running network. Plain JavaScript for Node.js 20 and up, because nothing is installed yet.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cometbftFor } from './lib/cometbft.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { standInFor } from './lib/processes.mjs';
import { findNode, serverEnvironment, serverFlags } from './lib/runtime.mjs';
import { run } from './lib/terminal.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await run(async () => {
  await ensureInstalled(root);
  const node = findNode(root);
  await ensureWebBuilt(root, node);
  const args = process.argv.slice(2);
  const env = { ...serverEnvironment(), ...(await cometbftFor(root, args)) };
  return standInFor(node, [...serverFlags, path.join(root, 'src/main.ts'), ...args], { env });
});
