/** The running sandbox, as the commands talk to it: over HTTP, with tokens made from the keys in the data directory. */
import { codedError } from '../base/errors.ts';
import { CodedException } from '../base/result.ts';
import type { Problem } from '../contract/network.ts';
import { readRuntimeFile, type RuntimeFile } from '../sandbox/runtime-file.ts';
import type { CommandContext } from './command.ts';
import { cliErrors } from './errors.ts';

export async function runningSandbox(context: CommandContext): Promise<RuntimeFile> {
  const runtime = await readRuntimeFile(context.dataDirectory);
  if (!runtime) throw new CodedException(codedError(cliErrors, 'cli.not-running', { message: `No sandbox is running on ${context.dataDirectory}.` }));
  return runtime;
}

export function organisationOf(runtime: RuntimeFile, id: string | undefined): RuntimeFile['organisations'][number] {
  const found = runtime.organisations.find((organisation) => organisation.id === id);
  if (found) return found;
  const known = runtime.organisations.map((organisation) => organisation.id).join(', ');
  throw new CodedException(
    codedError(cliErrors, 'cli.usage', {
      message: id === undefined ? 'Say which organisation with --org.' : `There is no organisation "${id}".`,
      hint: `Organisations: ${known}.`,
    }),
  );
}

export interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The answer, whatever its status. `cli.not-running` when nothing answers. */
export async function ask(url: string, call: Call = {}): Promise<Response> {
  try {
    return await fetch(url, {
      method: call.method ?? 'GET',
      headers: {
        accept: call.accept ?? 'application/json',
        ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
        ...(call.body === undefined ? {} : { 'content-type': call.type ?? 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw new CodedException(
      codedError(cliErrors, 'cli.not-running', {
        message: `Nothing answers at ${new URL(url).origin}.`,
        data: { cause: String((cause as Error).cause ?? cause) },
      }),
    );
  }
}

/** A successful answer's JSON, or the server's own problem as a coded error. */
export async function askJson<T>(url: string, call: Call = {}): Promise<T> {
  const answer = await ask(url, call);
  if (answer.ok) return (await answer.json()) as T;
  throw await problemOf(answer);
}

export async function problemOf(answer: Response): Promise<CodedException> {
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  if (problem.code === undefined)
    return new CodedException(codedError(cliErrors, 'cli.server-answer', { message: `The server answered ${answer.status} at ${answer.url}.` }));
  return new CodedException({
    code: problem.code,
    message: problem.detail ?? problem.title ?? problem.code,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}
