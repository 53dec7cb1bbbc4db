import { validateResource } from '../validation/validate.ts';
import { typeOf, type Document } from './content.ts';
import type { Issue } from './outcome.ts';

/** Findings of base R4, with elements named as seen from what was sent: `where` is the FHIRPath of the resource in it. */
export function validateDocument(document: Document, where: string): readonly Issue[] {
  const type = typeOf(document) ?? '';
  return validateResource(document).map(({ severity, code, path, message, constraint }) => ({
    severity,
    code,
    text: message,
    ...(constraint === undefined ? {} : { diagnostics: `Constraint ${constraint}` }),
    expression: type !== '' && path.startsWith(type) ? where + path.slice(type.length) : path,
    error: 'rest.invalid-resource',
  }));
}
