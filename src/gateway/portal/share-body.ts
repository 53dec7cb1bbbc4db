/** Bodies of the sharing routes, checked. */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { shareCategories, type AccessRequestBody, type ShareCategory, type ShareRequest } from '../../contract/portal.ts';
import { gatewayErrors } from '../errors.ts';
import { asObject } from './resource.ts';

const bad = (message: string) => fail(codedError(gatewayErrors, 'gateway.bad-request', { message }));

export function shareRequestOf(body: unknown): Result<ShareRequest> {
  const map = asObject(body);
  if (!map) return bad('The body is a JSON object that says with whom, what and until when.');
  const { organisationId, purpose, categories, includeSensitive, until, requestId } = map;
  if (typeof organisationId !== 'string' || organisationId.length > 64) return bad('"organisationId" is the id of an organisation of the network.');
  if (purpose !== 'treatment' && purpose !== 'second-opinion') return bad('"purpose" is treatment or second-opinion.');
  if (!Array.isArray(categories) || categories.length === 0 || categories.length > shareCategories.length)
    return bad(`"categories" is a list of: ${shareCategories.join(', ')}.`);
  if (!categories.every((each): each is ShareCategory => (shareCategories as readonly unknown[]).includes(each)))
    return bad(`"categories" is a list of: ${shareCategories.join(', ')}.`);
  if (includeSensitive !== undefined && typeof includeSensitive !== 'boolean') return bad('"includeSensitive" is true or false.');
  if (typeof until !== 'string' || until.length !== 10) return bad('"until" is a date such as 2027-03-03.');
  if (requestId !== undefined && requestId !== null && (typeof requestId !== 'string' || requestId.length > 64))
    return bad('"requestId" is the id of an access request.');
  return ok({
    organisationId,
    purpose,
    categories,
    includeSensitive: includeSensitive === true,
    until,
    ...(typeof requestId === 'string' ? { requestId } : {}),
  });
}

export function accessRequestOf(body: unknown): Result<AccessRequestBody> {
  const map = asObject(body);
  if (!map) return bad('The body is a JSON object that says which organisation, whom and why.');
  const text = (name: string, limit: number): string | undefined => {
    const value = map[name];
    return typeof value === 'string' && value.trim() !== '' && value.length <= limit ? value.trim() : undefined;
  };
  const [organisationId, family, given, birthDate, reason] = [
    text('organisationId', 64),
    text('family', 128),
    text('given', 128),
    text('birthDate', 10),
    text('reason', 1000),
  ];
  if (organisationId === undefined) return bad('"organisationId" is the id of an organisation of the network.');
  if (family === undefined || given === undefined) return bad('"family" and "given" are the names of the patient in front of you.');
  if (birthDate === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return bad('"birthDate" is a date such as 1980-01-31.');
  if (reason === undefined) return bad('"reason" says, in a sentence that the patient reads, why you ask.');
  return ok({ organisationId, family, given, birthDate, reason });
}
