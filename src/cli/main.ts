/** Entry point of the `careledger` command: finds the subcommand, parses its options, turns errors into words and an exit code. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { codedError } from '../base/errors.ts';
import { plainError, type CodedError } from '../base/result.ts';
import { CommandError, describeError, type Command, type CommandContext } from './command.ts';
import { cliErrors } from './errors.ts';
import { commandHelp, commonOptions, generalHelp } from './help.ts';
import { stopSignal } from './stop-signal.ts';

/** Loaded when asked for: each brings only what it needs. */
const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<{ command: Command }> }>> = {
  start: { summary: 'start the sandbox network', load: () => import('./commands/start.ts') },
  status: { summary: 'show what runs and how it is', load: () => import('./commands/status.ts') },
  token: { summary: 'print a bearer token of an organisation (sandbox)', load: () => import('./commands/token.ts') },
  import: { summary: 'load FHIR R4 transaction bundles', load: () => import('./commands/import.ts') },
  receipt: { summary: 'save the receipt of a record, a transaction, or what the ledger says', load: () => import('./commands/receipt.ts') },
  trust: { summary: 'save what receipts are checked against', load: () => import('./commands/trust.ts') },
  verify: { summary: 'check receipts and other evidence, or everything that is stored', load: () => import('./commands/verify.ts') },
  witness: { summary: 'run a witness of other people’s ledgers', load: () => import('./commands/witness.ts') },
  heal: { summary: 'restore damaged records from a peer', load: () => import('./commands/heal.ts') },
  governance: { summary: 'what the members decide: list, propose, vote', load: () => import('./commands/governance.ts') },
  'network create': { summary: 'make the homes of a network of organisations', load: () => import('./commands/network-create.ts') },
  'network join': { summary: 'make a home for an organisation that joins a network', load: () => import('./commands/network-join.ts') },
  'network up': { summary: 'run all organisations of a network here, for trial', load: () => import('./commands/network-up.ts') },
  'network status': { summary: 'show the validators of a network', load: () => import('./commands/network-status.ts') },
  'node start': { summary: 'run one organisation of a network', load: () => import('./commands/node-start.ts') },
  'ledger export': { summary: 'write the ledger to one file', load: () => import('./commands/ledger-export.ts') },
  'ledger import': { summary: 'let a new network go on with an exported ledger', load: () => import('./commands/ledger-import.ts') },
  'ledger prune': { summary: 'take the transactions of old blocks away', load: () => import('./commands/ledger-prune.ts') },
  attack: { summary: 'tamper with stored data, to see it noticed (sandbox)', load: () => import('./commands/attack.ts') },
};

/** No more waiting; what is registered to be done on exit is done. The code is the one that shells give a program that ended by SIGINT. */
const endNow = (): never => process.exit(130);

/** A command may have two words: `network up`. */
function find(args: readonly string[]): { readonly name: string; readonly rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    if (Object.hasOwn(commands, name)) return { name, rest: args.slice(words) };
  }
  return undefined;
}

/** What there is under a first word that is not a command by itself. */
const under = (word: string) => Object.fromEntries(Object.entries(commands).filter(([name]) => name.startsWith(`${word} `)));

function parse(command: Command, args: readonly string[]): { values: Record<string, unknown>; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: { ...command.options, ...commonOptions }, allowPositionals: true });
  } catch (cause) {
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: (cause as Error).message }));
  }
}

async function main(args: readonly string[]): Promise<boolean> {
  const [first, second] = args;
  const found = find(args);
  const several = first === undefined ? {} : under(first);
  const asksForHelp = (word: string | undefined): boolean => word === undefined || word === '--help' || word === '-h' || word === 'help';
  if (asksForHelp(first) || (!found && Object.keys(several).length > 0 && asksForHelp(second))) {
    const listed = asksForHelp(first) ? commands : several;
    const summaries = Object.fromEntries(Object.entries(listed).map(([name, { summary }]) => [name, summary]));
    process.stdout.write(`${args.includes('--json') ? JSON.stringify(summaries) : generalHelp(listed)}\n`);
    return true;
  }
  if (!found) {
    const words = Object.keys(several).length > 0 ? `${first} ${second}` : first;
    const hint = Object.keys(several).length > 0 ? { hint: `There are: ${Object.keys(several).join(', ')}.` } : {};
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: `There is no command "${words}".`, ...hint }));
  }
  const { name, rest } = found;
  const { command } = await commands[name]!.load();
  const { values, positionals } = parse(command, rest);
  if (values['help'] === true) {
    process.stdout.write(`${commandHelp(name, command)}\n`);
    return true;
  }
  // A usage that begins with <…> takes words beside options.
  if (!command.usage.startsWith('<') && positionals.length > 0)
    throw new CommandError(
      codedError(cliErrors, 'cli.usage', { message: `Unexpected: ${positionals.join(' ')}`, hint: `See "npx careledger ${name} --help".` }),
    );
  const json = values['json'] === true;
  let stop: AbortSignal | undefined;
  const context: CommandContext = {
    positionals,
    text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
    flag: (option) => values[option] === true,
    dataDirectory: path.resolve((values['data'] as string | undefined) ?? process.env['CARELEDGER_DATA'] ?? '.careledger'),
    json,
    get signal() {
      return (stop ??= stopSignal(endNow));
    },
    say: (line) => void (json || process.stdout.write(`${line}\n`)),
    result: (value) => void (json && process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
    note: (line) => void process.stderr.write(`${line}\n`),
  };
  return command.run(context);
}

/** Where the next step is help, it is the command's own. */
function withOwnHelp(error: CodedError): CodedError {
  const name = find(process.argv.slice(2))?.name;
  const isGeneral = error.hint === cliErrors['cli.usage'].hint && name !== undefined;
  return isGeneral ? { ...error, hint: `See "npx careledger ${name} --help".` } : error;
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  // A request that was given up because we were asked to stop has nothing more to say.
  if ((error as Error).name === 'AbortError') endNow();
  if (!(error instanceof CommandError)) throw error;
  const plain = withOwnHelp(plainError(error));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: plain }, null, 2)}\n`);
  else process.stderr.write(`${describeError(plain)}\n`);
  process.exitCode = error.code === 'cli.usage' ? 2 : 1;
}
