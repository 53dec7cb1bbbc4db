/** Resources as they are held between the wire and the store: parsed JSON that knows the digits its numbers were written with. */
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { RecordKey } from '../../records/model.ts';
import { parseJson, type JsonObject } from '../json/parse.ts';
import { stampResource } from '../json/stamp.ts';
import { writeJson } from '../json/write.ts';

export type Document = JsonObject;

export interface Identity extends RecordKey {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly lastUpdated: number;
}

export const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What was sent. Errors: `json.*`. */
export const parseDocument = (text: string): Result<Document> => parseJson(text);

/** A stored resource. */
export const openContent = (content: Uint8Array): Document => unwrap(parseJson(fromUtf8(content)));

export const typeOf = (document: Document): string | undefined =>
  typeof document['resourceType'] === 'string' ? document['resourceType'] : undefined;
export const idOf = (document: Document): string | undefined => (typeof document['id'] === 'string' ? document['id'] : undefined);

const assigned = ({ id, version, lastUpdated }: Identity) => ({ id, versionId: String(version), lastUpdated: new Date(lastUpdated).toISOString() });

/** The document with what the server assigns (id, `meta.versionId`, `meta.lastUpdated`), and its bytes as they are stored and served. */
export function stamp(document: Document, identity: Identity): { readonly document: Document; readonly content: Uint8Array } {
  const stamped = stampResource(document, assigned(identity));
  return { document: stamped, content: utf8(writeJson(stamped)) };
}

/** What is stored for a version that says that the record was deleted. */
export const emptyContent = (identity: Identity): Uint8Array => stamp({ resourceType: identity.type }, identity).content;
