import { codedError } from '../../base/errors.ts';
import { CommandError } from '../command.ts';
import { cliErrors } from '../errors.ts';

/** What was not understood, in a sentence. */
export const usage = (message: string, hint = 'See "npx careledger governance --help".'): CommandError =>
  new CommandError(codedError(cliErrors, 'cli.usage', { message, hint }));
