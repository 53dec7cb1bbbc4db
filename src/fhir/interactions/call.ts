/** A request as it came in, over HTTP or as an entry of a batch; and what the interactions need to answer it. */
import type { AccessPoint } from '../../access/access-point.ts';
import type { Space } from '../../records/model.ts';
import type { RecordReader, RecordWriter } from '../../records/ports.ts';
import type { SearchIndex } from '../search/context.ts';
import type { Document } from './content.ts';

export interface FhirParts {
  /** The node's own organisation id. */
  readonly organisation: string;
  readonly organisationName: string;
  /** `own`, or the organisation whose synchronised copies are served here, read-only. */
  readonly space: Space;
  /** Absolute URL of the FHIR base, without trailing slash. */
  readonly base: string;
  /** Version of the software, for the CapabilityStatement. */
  readonly version: string;
  readonly access: AccessPoint;
  readonly reader: RecordReader;
  readonly writer: RecordWriter;
  readonly index: SearchIndex;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

export interface FhirCall {
  readonly method: Method;
  /** Below the base, decoded, without leading slash: `Patient/1/_history`. */
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  readonly prefer: string | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifNoneExist: string | undefined;
  readonly body: CallBody | undefined;
}

/** `form` is an `application/x-www-form-urlencoded` body (search by POST). */
export type CallBody =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'document'; readonly document: Document }
  | { readonly kind: 'form'; readonly text: string };
