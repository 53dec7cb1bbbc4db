/** One way to ask a server: JSON in, JSON out, and every failure a coded error with a cause and a next step. */
import type { Problem } from '../../contract/network.ts';

export class ApiError extends Error {
  readonly code: string;
  readonly hint: string;
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;

  constructor(code: string, message: string, hint: string, status: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}

/** Whom to ask, and as whom. */
export interface Target {
  /** Base URL; empty for the server that this page came from. */
  readonly url: string;
  readonly token?: string;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export const absolute = (target: Target, path: string): string => new URL(path, target.url === '' ? location.origin : target.url).href;

const isProblem = (value: unknown): value is Problem => typeof value === 'object' && value !== null && 'code' in value;

async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return new ApiError(body.code, body.detail || body.title, body.hint ?? '', response.status);
  const hint =
    response.status === 404 ? 'The address may be old, or the server an older version.' : 'Try again; if it stays so, look at the server log.';
  return new ApiError(
    `web.http-${response.status}`,
    `The server answered ${response.status} ${response.statusText}`.trim() + '.',
    hint,
    response.status,
  );
}

async function send(target: Target, path: string, call: Call, accept: string): Promise<Response> {
  const headers: Record<string, string> = { accept, 'accept-language': document.documentElement.lang };
  if (target.token !== undefined) headers['authorization'] = `Bearer ${target.token}`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(absolute(target, path), {
      method: call.method ?? 'GET',
      headers,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (cause) {
    if (call.signal?.aborted === true) throw cause;
    const server = new URL(absolute(target, path)).host;
    throw new ApiError('web.unreachable', `The server ${server} did not answer.`, 'Check that Careledger is running (npm start), then try again.', 0);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function getJson<T>(target: Target, path: string, call: Call = {}): Promise<T> {
  const response = await send(target, path, call, 'application/json');
  if (response.status === 204) return undefined as T;
  if (!(response.headers.get('content-type') ?? '').includes('json'))
    throw new ApiError(
      'web.not-json',
      `The server has no ${path.split('?')[0]}.`,
      'This page may be newer than the server: restart it.',
      response.status,
    );
  return (await response.json()) as T;
}

export async function getBytes(target: Target, path: string, call: Call = {}): Promise<Uint8Array> {
  const response = await send(target, path, call, '*/*');
  return new Uint8Array(await response.arrayBuffer());
}

/** Query string of the defined values. */
export function query(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const used = Object.entries(parameters).filter((pair): pair is [string, string | number] => pair[1] !== undefined && pair[1] !== '');
  return used.length === 0 ? '' : `?${new URLSearchParams(used.map(([name, value]) => [name, String(value)])).toString()}`;
}
