/** `careledger start`: the same as `npm start`. */
import { codedError } from '../../base/errors.ts';
import { CodedException } from '../../base/result.ts';
import { runSandbox } from '../../sandbox/run.ts';
import { sandboxOptions } from '../../sandbox/options.ts';
import type { Command } from '../command.ts';
import { cliErrors } from '../errors.ts';

export const command: Command = {
  summary: 'Starts the sandbox network and keeps running until Ctrl-C.',
  usage: '[--port N] [--data DIR]',
  options: {
    port: { type: 'string', value: 'N', help: 'port of the hub; organisations follow (default: CARELEDGER_PORT, else 8080)' },
    people: { type: 'string', value: 'N', help: 'synthetic people on first start (default 56; 0 starts empty)' },
    witnesses: { type: 'string', value: 'FILE', help: 'witnesses beside the organisations, one a line: key, URL, name' },
    engine: { type: 'string', value: 'NAME', help: 'what orders the ledger: embedded (default), or cometbft with every organisation a validator' },
    'retain-blocks': { type: 'string', value: 'N', help: 'newest blocks that keep their transactions, 1000 at least (default: all)' },
    'retain-days': { type: 'string', value: 'N', help: 'days that transactions are kept; with both, whichever is longer' },
    'anchor-interval': { type: 'string', value: 'MS', help: 'milliseconds between anchors (default 5000)' },
  },
  examples: ['start', 'start --port 9000 --data /tmp/demo'],
  async run(context) {
    if (context.positionals.length > 0)
      throw new CodedException(codedError(cliErrors, 'cli.usage', { message: `Unexpected: ${context.positionals.join(' ')}` }));
    const options = sandboxOptions(
      {
        port: context.text('port'),
        people: context.text('people'),
        'anchor-interval': context.text('anchor-interval'),
        witnesses: context.text('witnesses'),
        engine: context.text('engine'),
        'retain-blocks': context.text('retain-blocks'),
        'retain-days': context.text('retain-days'),
        data: context.dataDirectory,
      },
      process.env,
    );
    if (!options.ok) throw new CodedException(options.error);
    const ended = await runSandbox(
      options.value,
      context.signal,
      (line) => context.note(line),
      (url) => {
        context.say(`Careledger is ready: ${url}`);
        context.result({ ready: url });
      },
    );
    if (!ended.ok) throw new CodedException(ended.error);
    return true;
  },
};
