/** Bundles put together from the stored JSON of their resources: nothing that was stored is parsed or written anew. */
import type { StoredVersion } from '../../records/model.ts';
import { etag, statusLine } from './answer.ts';

export interface Link {
  readonly relation: string;
  readonly url: string;
}

export class BundleText {
  readonly #parts: Uint8Array[] = [];
  #first = true;

  constructor(
    type: 'searchset' | 'history' | 'batch-response' | 'transaction-response',
    about: { readonly total?: number | undefined; readonly links?: readonly Link[]; readonly time?: number },
  ) {
    let head = `{"resourceType":"Bundle","type":"${type}"`;
    if (about.time !== undefined) head += `,"meta":{"lastUpdated":"${new Date(about.time).toISOString()}"}`;
    if (about.total !== undefined) head += `,"total":${about.total}`;
    if (about.links && about.links.length > 0) head += `,"link":${JSON.stringify(about.links)}`;
    this.#text(head);
  }

  /** `before` and `after` are JSON members of the entry around its resource, e.g. `"fullUrl":"…"`. */
  entry(before: string, resource: Uint8Array | undefined, after: string): void {
    const open = this.#first ? ',"entry":[{' : ',{';
    this.#first = false;
    if (resource) {
      this.#text(`${open}${before}${before === '' ? '' : ','}"resource":`);
      this.#parts.push(resource);
      this.#text(`${after === '' ? '' : ','}${after}}`);
    } else {
      this.#text(`${open}${before}${before === '' || after === '' ? '' : ','}${after}}`);
    }
  }

  finish(): Uint8Array {
    this.#text(this.#first ? '}' : ']}');
    return Buffer.concat(this.#parts);
  }

  #text(text: string): void {
    this.#parts.push(Buffer.from(text));
  }
}

export const searchEntry = (
  bundle: BundleText,
  base: string,
  record: StoredVersion,
  mode: 'match' | 'include',
  content: Uint8Array = record.content,
): void => bundle.entry(`"fullUrl":"${base}/${record.type}/${record.id}"`, content, `"search":{"mode":"${mode}"}`);

/** R4 http §3.1.0.9: what happened is in `request` and `response`; a deletion has no resource. */
export function historyEntry(bundle: BundleText, base: string, record: StoredVersion): void {
  const method = record.deleted ? 'DELETE' : record.version === 1 && isServerId(record.id) ? 'POST' : 'PUT';
  const url = method === 'POST' ? record.type : `${record.type}/${record.id}`;
  const status = statusLine(record.deleted ? 204 : record.version === 1 ? 201 : 200);
  const response = `"request":{"method":"${method}","url":"${url}"},"response":{"status":"${status}","etag":${JSON.stringify(etag(record.version))},"lastModified":"${new Date(record.lastUpdated).toISOString()}"}`;
  bundle.entry(`"fullUrl":"${base}/${record.type}/${record.id}"`, record.deleted ? undefined : record.content, response);
}

/** Ids given by this server (`ids.ts`): a first version under such an id came from a POST. */
const isServerId = (id: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id);
