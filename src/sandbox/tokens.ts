/** Bearer tokens made from the keys in a sandbox's data directory, without asking the server. */
import { issueToken, tokenKey, type TokenClaims } from '../access/tokens.ts';
import { unwrap } from '../base/result.ts';
import { existingKeys } from './keys.ts';

/** Throws a coded exception when there are no keys or the claims do not fit together. */
export async function sandboxToken(dataDirectory: string, organisation: string, claims: TokenClaims): Promise<string> {
  const keys = unwrap(await existingKeys(dataDirectory, organisation));
  return unwrap(await issueToken(await tokenKey(organisation, keys.tokenSeed), claims, Date.now()));
}
