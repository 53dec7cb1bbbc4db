import { codedError } from '../../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../../base/result.ts';
import type { Method } from './call.ts';
import { isDocument, type Document } from './content.ts';
import { restErrors } from './errors.ts';
import type { Issue } from './outcome.ts';

const maxEntries = 20_000;

/** One entry of a batch or transaction, as it was sent. */
export interface RequestEntry {
  readonly index: number;
  readonly fullUrl: string | undefined;
  readonly resource: Document | undefined;
  readonly method: Method;
  /** Path below the base, decoded. */
  readonly path: string;
  /** Raw query, without the question mark. */
  readonly query: string;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifNoneExist: string | undefined;
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const entryPath = (index: number): string => `Bundle.entry[${index}]`;

/** The error, with the entry named in the sentence and by FHIRPath. */
export function atEntry(error: CodedError, entry: { readonly index: number; readonly method?: string; readonly path?: string }): CodedError {
  const path = entryPath(entry.index);
  const what = entry.method === undefined ? '' : ` (${entry.method} ${(entry.path ?? '').slice(0, 120)})`;
  const named = (text: string): string => `Entry ${entry.index}${what}: ${text}`;
  const issues = error.data?.['issues'] as readonly Issue[] | undefined;
  return {
    ...error,
    message: named(error.message),
    data: {
      ...error.data,
      entry: entry.index,
      expression: error.data?.['expression'] ?? path,
      ...(issues && { issues: issues.map((issue) => ({ ...issue, text: named(issue.text) })) }),
    },
  };
}

export function requestEntries(bundle: Document): Result<readonly RequestEntry[]> {
  const list = bundle['entry'];
  if (list === undefined) return ok([]);
  if (!Array.isArray(list))
    return fail(codedError(restErrors, 'rest.bundle', { message: '`Bundle.entry` is not a list.', data: { expression: 'Bundle.entry' } }));
  if (list.length > maxEntries) return fail(codedError(restErrors, 'rest.bundle', { message: `The bundle has more than ${maxEntries} entries.` }));
  const entries: RequestEntry[] = [];
  for (const [index, item] of list.entries()) {
    const wrong = (message: string) => fail(atEntry(codedError(restErrors, 'rest.bundle', { message }), { index }));
    if (!isDocument(item)) return wrong('the entry is not an object.');
    const request = item['request'];
    if (!isDocument(request)) return wrong('`request` is missing.');
    const { method, url } = request;
    if (typeof method !== 'string' || !METHODS.includes(method)) return wrong('`request.method` is missing or unknown.');
    if (typeof url !== 'string' || (url === '' && method !== 'GET')) return wrong('`request.url` is missing.');
    if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return wrong('`request.url` must be relative to the base.');
    const resource = item['resource'];
    if (resource !== undefined && !isDocument(resource)) return wrong('`resource` is not an object.');
    if ((method === 'POST' || method === 'PUT') && resource === undefined && !url.includes('_search')) return wrong('`resource` is missing.');
    const at = url.indexOf('?');
    let path: string;
    try {
      path = decodeURIComponent(at < 0 ? url : url.slice(0, at)).replace(/^\/+/, '');
    } catch {
      return wrong('`request.url` is not well-formed.');
    }
    entries.push({
      index,
      fullUrl: text(item['fullUrl']),
      resource,
      method: method as Method,
      path,
      query: at < 0 ? '' : url.slice(at + 1),
      ifMatch: text(request['ifMatch']),
      ifNoneMatch: text(request['ifNoneMatch']),
      ifNoneExist: text(request['ifNoneExist']),
    });
  }
  return ok(entries);
}
