/**
 * Where ledger evidence is fetched from: any node's base URL, the node that runs from a home, or the hub of the sandbox that runs here. What comes is
 * checked by whoever uses it.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codedError } from '../base/errors.ts';
import { CodedException, plainError, unwrap } from '../base/result.ts';
import { readHomeFile } from '../organisation/home-file.ts';
import type { CommandContext, OptionDescription } from './command.ts';
import { cliErrors } from './errors.ts';
import { runningUrl } from './node-of.ts';
import { ask, problemOf, runningSandbox } from './sandbox-client.ts';

export const urlOption: OptionDescription = { type: 'string', value: 'URL', help: 'base URL of a node (default: the sandbox that runs here)' };

export async function sourceUrl(context: CommandContext): Promise<string> {
  const url = context.text('url');
  const home = context.text('home');
  if (url === undefined && home !== undefined) {
    const directory = path.resolve(home);
    return runningUrl(directory, unwrap(await readHomeFile(directory)).organisation.name);
  }
  if (url === undefined) return (await runningSandbox(context)).hub;
  if (/^https?:/.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
  throw new CodedException(codedError(cliErrors, 'cli.usage', { message: `${url} is not a URL like http://127.0.0.1:8080.` }));
}

/** `cli.not-running`, or what the node says. */
export async function fetchEvidence(context: CommandContext, url: string): Promise<Uint8Array> {
  const answer = await ask(url, { accept: '*/*', signal: context.signal }).catch((cause: unknown) => {
    const isNamed = context.text('url') !== undefined && cause instanceof CodedException && cause.code === 'cli.not-running';
    throw isNamed ? new CodedException({ ...plainError(cause), hint: 'Check the URL (--url), and whether the node runs.' }) : cause;
  });
  if (!answer.ok) throw await problemOf(answer);
  return new Uint8Array(await answer.arrayBuffer());
}

export async function save(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes).catch((cause: Error) => {
    throw new CodedException(codedError(cliErrors, 'cli.no-file', { message: `${file} cannot be written: ${cause.message}` }));
  });
}

export function requiredFile(context: CommandContext): string {
  const out = context.text('out');
  if (out !== undefined) return out;
  throw new CodedException(codedError(cliErrors, 'cli.usage', { message: 'Say where to save it with --out.' }));
}
