import { definitions } from '../definitions/definitions.ts';

/** What the text of a reference says (R4 references §2.3.0.1). */
export type ReferenceText =
  /** `Type/id`, with or without base (absolute: without trailing slash) and version. */
  | { readonly kind: 'literal'; readonly base: string | undefined; readonly type: string; readonly id: string; readonly version: string | undefined }
  | { readonly kind: 'contained'; readonly id: string }
  /** `urn:uuid:…`, `urn:oid:…`, or a URL that does not have the form of a RESTful one. */
  | { readonly kind: 'other'; readonly url: string };

const restful = /^(?:(https?:\/\/[^?#]*?)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?(?:#.*)?$/;

export function parseReference(text: string): ReferenceText {
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) };
  if (!text.startsWith('urn:')) {
    const match = restful.exec(text);
    if (match && definitions.isResourceType(match[2]!)) return { kind: 'literal', base: match[1], type: match[2]!, id: match[3]!, version: match[4] };
  }
  return { kind: 'other', url: text };
}
