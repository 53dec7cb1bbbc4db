import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { restErrors } from '../../fhir/interactions/errors.ts';

const JSON_TYPES: ReadonlySet<string> = new Set(['application/fhir+json', 'application/json', 'text/json', 'json', 'application/json+fhir']);
const ANY: ReadonlySet<string> = new Set(['*/*', 'application/*']);

const mediaType = (text: string): string => text.split(';', 1)[0]!.trim().toLowerCase();

/** Whether JSON may be answered: `_format` goes before `Accept` (R4 http §3.1.0.1.11). A `+` that was not encoded arrives as space. */
export function acceptable(accept: string | undefined, format: string | null): Result<void> {
  if (format !== null && format !== '') {
    const wanted = mediaType(format).replace(' ', '+');
    return JSON_TYPES.has(wanted)
      ? ok(undefined)
      : fail(codedError(restErrors, 'rest.not-acceptable', { message: `\`_format=${format.slice(0, 80)}\` cannot be answered, only JSON.` }));
  }
  if (accept === undefined || accept.trim() === '') return ok(undefined);
  const wanted = accept
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map(mediaType);
  if (wanted.some((type) => JSON_TYPES.has(type) || ANY.has(type))) return ok(undefined);
  return fail(codedError(restErrors, 'rest.not-acceptable', { message: `\`${accept.slice(0, 120)}\` cannot be answered, only JSON.` }));
}

/** FHIR version parameters other than 4.0 are refused (R4 http §3.1.0.1.16). */
export function contentKind(contentType: string | undefined): Result<'json' | 'form'> {
  if (contentType === undefined) return fail(codedError(restErrors, 'rest.content-type', { message: 'The body has no Content-Type.' }));
  const type = mediaType(contentType);
  const version = /;\s*fhirVersion\s*=\s*"?([^;"\s]+)/i.exec(contentType)?.[1];
  const charset = /;\s*charset\s*=\s*"?([^;"\s]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    return fail(
      codedError(restErrors, 'rest.content-type', { message: `The character set \`${charset.slice(0, 40)}\` is not supported, only UTF-8.` }),
    );
  }
  if (version !== undefined && version !== '4.0' && version !== '4.0.1') {
    return fail(codedError(restErrors, 'rest.content-type', { message: `FHIR version \`${version.slice(0, 40)}\` is not supported, only 4.0.` }));
  }
  if (type === 'application/x-www-form-urlencoded') return ok('form');
  if (JSON_TYPES.has(type) && type !== 'json') return ok('json');
  return fail(codedError(restErrors, 'rest.content-type', { message: `The content type \`${type.slice(0, 80)}\` is not supported.` }));
}
