/** FHIR for sharing, which knows records as bytes only: index terms of a copy, and whom a record names. */
import { fromUtf8 } from '../base/bytes.ts';
import { extractTerms } from '../fhir/index/extract.ts';
import type { ResourceJson } from '../fhir/index/elements.ts';
import type { References } from '../sharing/custodian/copy-source.ts';
import type { Extract } from '../sharing/grantee/copy-store.ts';

const parse = (content: Uint8Array): ResourceJson => JSON.parse(fromUtf8(content)) as ResourceJson;

export const extractCopy: Extract = ({ content }) => extractTerms(parse(content));

const REFERENCE = /"reference"\s*:\s*"([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9.-]{1,64})"/g;

export const referencesOf: References = ({ content }) =>
  Array.from(fromUtf8(content).matchAll(REFERENCE), ([, type, id]) => ({ type: type!, id: id! }));
