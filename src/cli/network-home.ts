/** The directory of a network, from `--home`. */
import path from 'node:path';
import { codedError } from '../base/errors.ts';
import { CommandError, type CommandContext } from './command.ts';
import { cliErrors } from './errors.ts';

export function networkDirectory(context: CommandContext): string {
  const home = context.text('home');
  if (home === undefined) throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Which network? --home DIR is missing.' }));
  return path.resolve(home);
}
