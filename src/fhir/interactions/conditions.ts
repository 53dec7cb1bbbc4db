import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { restErrors } from './errors.ts';

/** `If-Match`: the version the change is based on; undefined when the header is absent. */
export function parseIfMatch(header: string | undefined): Result<number | undefined> {
  if (header === undefined) return ok(undefined);
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  return version === undefined
    ? fail(codedError(restErrors, 'rest.header', { message: 'If-Match is not an ETag of this server.' }))
    : ok(Number(version));
}

/** Whether `If-None-Match` names this version: then the reader has it already. */
export const noneMatch = (header: string | undefined, version: number): boolean =>
  header !== undefined && header.split(',').some((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '') === String(version));
