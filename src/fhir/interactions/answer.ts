/** What an interaction answers, before it becomes HTTP or an entry of a batch response. */
import type { StoredVersion } from '../../records/model.ts';

export interface Answer {
  readonly status: number;
  /** FHIR JSON, UTF-8; absent when there is nothing to send. */
  readonly body?: Uint8Array;
  /** Version of the record answered, for the ETag. */
  readonly version?: number;
  /** Milliseconds since 1970. */
  readonly lastModified?: number;
  /** Relative to the base: `Patient/1/_history/3`. */
  readonly location?: string;
}

export const versionPath = (record: { readonly type: string; readonly id: string; readonly version: number }): string =>
  `${record.type}/${record.id}/_history/${record.version}`;

export const recordAnswer = (status: number, record: StoredVersion): Answer => ({
  status,
  body: record.content,
  version: record.version,
  lastModified: record.lastUpdated,
});

export const etag = (version: number): string => `W/"${version}"`;

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** `201 Created`, as entries of batch, transaction and history bundles carry it. */
export const statusLine = (status: number): string => (REASONS[status] === undefined ? `${status}` : `${status} ${REASONS[status]}`);
