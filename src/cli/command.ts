/** What a subcommand is: one file in `commands/`, described by data, run with what was parsed. */
import type { ParseArgsOptionDescriptor } from 'node:util';
import type { CodedError } from '../base/result.ts';

export interface OptionDescription extends ParseArgsOptionDescriptor {
  readonly help: string;
  /** Name of the value in the help, e.g. `DIR`. */
  readonly value?: string;
}

export interface Command {
  readonly summary: string;
  /** After `careledger <name>`, e.g. `<files…> --org ID`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionDescription>>;
  readonly examples: readonly string[];
  /** Resolves with whether what was asked for holds. */
  run(context: CommandContext): Promise<boolean>;
}

export interface CommandContext {
  readonly positionals: readonly string[];
  /** Value of a string option. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  /** Absolute path of the data directory. */
  readonly dataDirectory: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** Result in words on standard output (nothing with `--json`). */
  say(line: string): void;
  /** Result for a machine: one JSON document on standard output with `--json`, nothing otherwise. */
  result(value: unknown): void;
  /** Progress and remarks on standard error. */
  note(line: string): void;
}

/** Ends a command with a coded error, from anywhere below `run`. */
export { CodedException as CommandError } from '../base/result.ts';

export function describeError(error: CodedError): string {
  const cause = typeof error.data?.['cause'] === 'string' ? `\n  Cause: ${error.data['cause']}` : '';
  return `${error.message}${cause}${error.hint === undefined ? '' : `\n  ${error.hint}`}\n  (${error.code})`;
}
