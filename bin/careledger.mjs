#!/usr/bin/env node
// The `careledger` command: finds the Node.js that the lockfile brings and hands over to src/cli/main.ts.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cometbftFor } from '../scripts/lib/cometbft.mjs';
import { ensureInstalled } from '../scripts/lib/install.mjs';
import { standInFor } from '../scripts/lib/processes.mjs';
import { findNode, organisationFlags, serverEnvironment, serverFlags } from '../scripts/lib/runtime.mjs';
import { run } from '../scripts/lib/terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await run(async () => {
  await ensureInstalled(root);
  const args = process.argv.slice(2);
  const env = { ...serverEnvironment(), ...(await cometbftFor(root, args)) };
  // `network up` starts the organisations with the flags that it has itself.
  const flags = args[0] === 'node' || args[0] === 'network' ? organisationFlags : serverFlags;
  return standInFor(findNode(root), [...flags, path.join(root, 'src/cli/main.ts'), ...args], { env });
});
