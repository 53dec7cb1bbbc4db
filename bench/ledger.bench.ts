/** The ledger below HTTP. `npm run bench -- ledger` measures everything, `npm run bench -- ledger <topic> …` some of it. */
const topics: Readonly<Record<string, () => Promise<unknown>>> = {
  embedded: () => import('./ledger/embedded.ts'),
  batches: () => import('./ledger/batches.ts'),
  'one-at-a-time': () => import('./ledger/one-at-a-time.ts'),
  consensus: () => import('./ledger/consensus.ts'),
  receipts: () => import('./ledger/receipts.ts'),
  'million-keys': () => import('./ledger/million-keys.ts'),
  join: () => import('./ledger/join-network.ts'),
  audit: () => import('./ledger/audit.ts'),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((topic) => !Object.hasOwn(topics, topic));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}. Topics: ${Object.keys(topics).join(', ')}.\n`);
  process.exitCode = 2;
} else {
  for (const topic of chosen.length > 0 ? chosen : Object.keys(topics)) await topics[topic]!();
}
