/** The server process: options in, sandbox out. `npm start` ends here. */
import { parseArgs } from 'node:util';
import { unwrap, CodedException } from './base/result.ts';
import { sandboxOptions, type SandboxArguments } from './sandbox/options.ts';
import { runSandbox } from './sandbox/run.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stop.signal.aborted) process.stderr.write('Stopping\n');
    stop.abort();
  });
}

function given(): SandboxArguments {
  const options = {
    port: { type: 'string' },
    data: { type: 'string' },
    people: { type: 'string' },
    'anchor-interval': { type: 'string' },
    witnesses: { type: 'string' },
    engine: { type: 'string' },
  } as const;
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (cause) {
    throw new CodedException({
      code: 'sandbox.option',
      message: (cause as Error).message,
      hint: 'Options: --port N, --data DIR, --people N, --anchor-interval MS, --witnesses FILE, --engine embedded|cometbft.',
    });
  }
}

try {
  const options = unwrap(sandboxOptions(given(), process.env));
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  unwrap(await runSandbox(options, stop.signal, note, (url) => process.stdout.write(`Careledger is ready: ${url}\n`)));
} catch (error) {
  if (!(error instanceof CodedException)) throw error;
  const cause = typeof error.data?.['cause'] === 'string' ? `\n  Cause: ${error.data['cause']}` : '';
  process.stderr.write(`\n${error.message}${cause}${error.hint === undefined ? '' : `\n  ${error.hint}`}\n  (${error.code})\n`);
  process.exitCode = 1;
}
