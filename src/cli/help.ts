/** The help texts, made from the descriptions of the commands. */
import type { Command, OptionDescription } from './command.ts';

export const commonOptions: Readonly<Record<string, OptionDescription>> = {
  data: { type: 'string', value: 'DIR', help: 'data directory (default: CARELEDGER_DATA, else .careledger)' },
  json: { type: 'boolean', help: 'print one JSON document instead of words' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
};

export function generalHelp(commands: Readonly<Record<string, { readonly summary: string }>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return ['Usage: careledger <command> [options]', '', ...list, '', '"careledger <command> --help" shows the options of a command.'].join('\n');
}

export function commandHelp(name: string, command: Command): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([option, { short, value, help }]) => {
    const left = `${short === undefined ? '' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`;
    return `  ${left.padEnd(24)}${help}`;
  });
  const examples = command.examples.map((example) => `  npx careledger ${example}`);
  return [`Usage: careledger ${name} ${command.usage}`.trimEnd(), '', command.summary, '', 'Options:', ...options, '', 'Examples:', ...examples].join(
    '\n',
  );
}
