/** Remembers the calls that are made, so that a page can show them as commands. Tokens are left out. */
import { absolute, getJson, type Call, type Target } from './http.ts';

export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly as?: string;
}

export interface Recorder {
  readonly calls: readonly RecordedCall[];
  json<T>(target: Target, path: string, call?: Call, as?: string): Promise<T>;
}

export function createRecorder(): Recorder {
  const calls: RecordedCall[] = [];
  return {
    calls,
    json: (target, path, call = {}, as) => {
      calls.push({ method: call.method ?? 'GET', url: absolute(target, path), ...(call.body === undefined ? {} : { body: call.body }), ...(as === undefined ? {} : { as }) });
      return getJson(target, path, call);
    },
  };
}

/** As a line for a shell; `$TOKEN` stands for the token of the person who calls. */
export function asCurl({ method, url, body, as }: RecordedCall): string {
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} '${url}'`,
    ...(as === undefined ? [] : [`-H "Authorization: Bearer $TOKEN"  # ${as}`]),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json' -d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`]),
  ];
  // A comment ends a shell line: it has to stand on the last one.
  const comment = lines.findIndex((line) => line.includes('  # '));
  if (comment > 0 && comment < lines.length - 1) lines.push(...lines.splice(comment, 1));
  return lines.join(' \\\n  ');
}
