import { actions } from '../request.ts';
import { covers, typesFor } from '../scopes.ts';
import { denies, limits, passes, type Rule } from './draft.ts';

/** The token's own limits: time, whose record a patient may name, and the scopes. */
export const principal: Rule = (request, facts, draft) => {
  const who = facts.principal;
  if (!(who.expires > facts.now)) return denies('access.token-expired', 'The token has expired.');
  if (who.role === 'patient' && request.patient !== undefined && request.patient !== who.patient) {
    return denies('access.role', 'Patients see their own record only.');
  }
  const action = actions[request.action];
  const { verb } = action;
  if (verb === undefined) return passes('No scope is needed; the role decides.');
  const wanted = 'on' in action ? [action.on] : request.types;
  for (const type of wanted) {
    if (!covers(who.scopes, verb, type)) return denies('access.scope', `The token carries no scope "${verb}" for ${type}.`);
  }
  const allowed = typesFor(who.scopes, verb);
  if (allowed === 'all' || 'on' in action) return passes('The scopes cover the request.');
  if (allowed.length === 0) return denies('access.scope', `The token carries no scope "${verb}".`);
  return limits({ ...draft, onlyTypes: allowed }, `The scopes cover only: ${allowed.join(', ')}.`);
};
