/**
 * The node that a command is about: one of the sandbox that runs here (`--org`), or the one that runs from a home (`--home`). What needs a token gets
 * one where the node is for trial; others give theirs by their own sign-in.
 */
import path from 'node:path';
import type { Role } from '../access/principal.ts';
import { codedError } from '../base/errors.ts';
import { unwrap } from '../base/result.ts';
import { readHomeFile } from '../organisation/home-file.ts';
import { readRunFile } from '../organisation/run-file.ts';
import { trialToken } from '../organisation/trial-token.ts';
import { sandboxToken } from '../sandbox/tokens.ts';
import { CommandError, type CommandContext, type OptionDescription } from './command.ts';
import { cliErrors } from './errors.ts';
import { organisationOf, runningSandbox } from './sandbox-client.ts';

export const homeOption: OptionDescription = {
  type: 'string',
  value: 'DIR',
  help: 'home of an organisation whose node runs here, instead of --org (a home for trial)',
};

export interface ActingNode {
  readonly id: string;
  readonly name: string;
  /** For programs on this machine. */
  readonly url: string;
  readonly token: string;
}

/** `cli.usage`, `cli.not-running`, `organisation.no-home`, `organisation.no-trial`. `name`: as the access log shows who it was. */
export async function nodeOf(context: CommandContext, role: Role, name: string): Promise<ActingNode> {
  const home = context.text('home');
  const claims = { role, name };
  if (home === undefined) {
    const { id, name: called, url } = organisationOf(await runningSandbox(context), context.text('org'));
    return { id, name: called, url, token: await sandboxToken(context.dataDirectory, id, claims) };
  }
  if (context.text('org') !== undefined)
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: 'Say which organisation once: --org (sandbox) or --home.' }));
  const directory = path.resolve(home);
  const { organisation } = unwrap(await readHomeFile(directory));
  const url = await runningUrl(directory, organisation.name);
  return { id: organisation.id, name: organisation.name, url, token: unwrap(await trialToken(directory, claims)) };
}

/** Base URL for programs on this machine. `cli.not-running`. */
export async function runningUrl(home: string, name: string): Promise<string> {
  const run = await readRunFile(home);
  if (run) return run.localUrl;
  const message = `${name} is not running in ${home}.`;
  throw new CommandError(codedError(cliErrors, 'cli.not-running', { message, hint: `Start it with "npx careledger node start --home ${home}".` }));
}
