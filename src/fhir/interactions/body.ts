import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { FhirCall } from './call.ts';
import { parseDocument, type Document } from './content.ts';
import { restErrors } from './errors.ts';

/** The resource that was sent. */
export function resourceOf(call: FhirCall): Result<Document> {
  if (call.body?.kind === 'document') return ok(call.body.document);
  if (call.body?.kind === 'json') return parseDocument(call.body.text);
  return fail(codedError(restErrors, call.body ? 'rest.content-type' : 'rest.no-body'));
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
export const isId = (text: string): boolean => ID.test(text);
