/** How long from the command to the ready line: first start on an empty data directory, then again on the same one. */
import { rmSync } from 'node:fs';
import { freeBasePort, startSandbox, temporaryDirectory } from '../test/support/sandbox.ts';
import { printFigure } from './figure.ts';

const dataDirectory = temporaryDirectory();
const port = await freeBasePort();
try {
  for (const name of ['first start, empty data directory, 56 people seeded', 'second start', 'third start']) {
    const from = performance.now();
    const sandbox = await startSandbox({ dataDirectory, port, people: 56, anchorIntervalMs: 5000 });
    printFigure({ name, unit: 's', ours: (performance.now() - from) / 1000 });
    const stopping = performance.now();
    await sandbox.stop();
    printFigure({ name: `${name}: stopping`, unit: 's', ours: (performance.now() - stopping) / 1000 });
  }
} finally {
  rmSync(dataDirectory, { recursive: true, force: true });
}
