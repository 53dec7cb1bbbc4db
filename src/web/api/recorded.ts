/** Remembers the calls that are made, so that a page can show them as commands. Tokens are left out. */
import type { RecordedCall } from './curl.ts';
import { absolute, getJson, type Call, type Target } from './http.ts';

export interface Recorder {
  readonly calls: readonly RecordedCall[];
  json<T>(target: Target, path: string, call?: Call, as?: string): Promise<T>;
}

export function createRecorder(): Recorder {
  const calls: RecordedCall[] = [];
  return {
    calls,
    json: (target, path, call = {}, as) => {
      calls.push({
        method: call.method ?? 'GET',
        url: absolute(target, path),
        ...(call.body === undefined ? {} : { body: call.body }),
        ...(as === undefined ? {} : { as }),
      });
      return getJson(target, path, call);
    },
  };
}
