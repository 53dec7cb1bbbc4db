/** Bearer tokens of an organisation that is for trial, made from the keys in its home without asking the server. */
import { issueToken, tokenKey, type TokenClaims } from '../access/tokens.ts';
import { codedError } from '../base/errors.ts';
import { fail, type Result } from '../base/result.ts';
import { organisationErrors } from './errors.ts';
import { readHomeFile } from './home-file.ts';
import { openNodeKeys } from './organisation-seeds.ts';

/** `organisation.no-trial`, and when there is no home or the claims do not fit together. */
export async function trialToken(home: string, claims: TokenClaims): Promise<Result<string>> {
  const file = await readHomeFile(home);
  if (!file.ok) return file;
  if (!file.value.trial) return fail(codedError(organisationErrors, 'organisation.no-trial'));
  const { id } = file.value.organisation;
  const keys = await openNodeKeys(home, id, false);
  if (!keys.ok) return keys;
  return issueToken(await tokenKey(id, keys.value.keys.tokenSeed), claims, Date.now());
}
