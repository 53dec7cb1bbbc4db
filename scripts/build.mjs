// `npm run build`: the web portal, from scratch.
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './lib/install.mjs';
import { findNode } from './lib/runtime.mjs';
import { run } from './lib/terminal.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await run(async () => {
  await ensureInstalled(root);
  await ensureWebBuilt(root, findNode(root), { force: true });
  return 0;
});
