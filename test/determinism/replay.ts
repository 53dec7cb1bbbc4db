/** A process of its own: `node replay.ts <recording>` prints the outcome as one line of JSON. Bundled, it runs on other runtimes too. */
import { replay } from './outcome.ts';

const started = performance.now();
const outcome = replay(process.argv[2]!);
process.stdout.write(`${JSON.stringify({ outcome, seconds: (performance.now() - started) / 1_000, node: process.versions.node })}\n`);
