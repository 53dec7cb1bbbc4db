import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { searchErrors } from './errors.ts';

/** One `name=value` of a query or of a form body, decoded; repetitions are kept, in order. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/** Limits on what one search may carry. */
export const queryLimits = { parameters: 100, characters: 65_536, valuesPerParameter: 500 } as const;

const decodePart = (text: string): string => (/[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text);

/** Reads `application/x-www-form-urlencoded` text, without the leading question mark. */
export function parseQueryString(text: string): Result<readonly QueryParameter[]> {
  if (text === '') return ok([]);
  if (text.length > queryLimits.characters)
    return fail(codedError(searchErrors, 'search.too-long', { message: `The query is longer than ${queryLimits.characters} characters.` }));
  const parts = text.split('&').filter((part) => part !== '');
  if (parts.length > queryLimits.parameters)
    return fail(codedError(searchErrors, 'search.too-long', { message: `The query has more than ${queryLimits.parameters} parameters.` }));
  const parameters: QueryParameter[] = [];
  for (const part of parts) {
    const at = part.indexOf('=');
    try {
      parameters.push(
        at < 0 ? { name: decodePart(part), value: '' } : { name: decodePart(part.slice(0, at)), value: decodePart(part.slice(at + 1)) },
      );
    } catch {
      return fail(codedError(searchErrors, 'search.malformed-query', { message: `\`${part.slice(0, 80)}\` is not well-formed percent-encoding.` }));
    }
  }
  return ok(parameters);
}

const encodeName = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%24', '$');
/** Keeps the characters readable that search values are made of and that are harmless in a query (RFC 3986 §3.4). */
const encodeValue = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%24', '$').replaceAll('%40', '@');

export const formatQueryString = (parameters: readonly QueryParameter[]): string =>
  parameters.map(({ name, value }) => `${encodeName(name)}=${encodeValue(value)}`).join('&');
