/** Who is using this page: a token for one organisation's node. Kept per tab, so that two tabs can be two people. */
import type { Persona, Session } from '../../contract/network.ts';
import type { Me } from '../../contract/portal.ts';
import { usePortal, useStore } from '../portal.ts';
import { createStore, type Store } from '../store.ts';
import { getJson, type Target } from './http.ts';

const KEY = 'careledger.session';

export function createSessionStore(): Store<Session | undefined> {
  const text = sessionStorage.getItem(KEY);
  const kept = text === null ? undefined : (JSON.parse(text) as Session);
  const store = createStore(kept !== undefined && Date.parse(kept.expires) > Date.now() ? kept : undefined);
  store.subscribe(() => {
    const session = store.get();
    if (session === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(session));
  });
  return store;
}

export const useSession = (): Session | undefined => useStore(usePortal().session);

export const targetOf = (session: Session): Target => ({ url: session.url, token: session.token });

/** A session of a synthetic person, from the hub (sandbox only). */
export const openSession = (personaId: string): Promise<Session> =>
  getJson<Session>({ url: '' }, '/hub/api/sessions', { method: 'POST', body: { personaId } });

export const startOf = (role: Persona['role']): string => (role === 'patient' ? '/patient' : role === 'clinician' ? '/clinician' : '/desk');

/** A session from a token that somebody was given, at the node that serves this page. */
export async function sessionFromToken(token: string): Promise<Session> {
  const me = await getJson<Me>({ url: '', token }, '/portal/api/me');
  const role = me.role === 'system' ? 'operator' : me.role;
  return {
    token,
    expires: new Date(Date.now() + 12 * 3_600_000).toISOString(),
    persona: { id: me.patientId ?? me.name, name: me.name, role, organisation: me.organisation, about: '' },
    url: location.origin,
    start: startOf(role),
  };
}
