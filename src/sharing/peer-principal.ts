/** Who asks when another organisation does: the person it names and vouches for, or its machine. */
import { isPurpose, type Principal } from '../access/principal.ts';
import type { Call } from '../network/server.ts';
import { words } from './words.ts';

const SCOPES = {
  clinician: [{ context: 'user', type: '*', verbs: 'rs' }],
  system: [{ context: 'system', type: '*', verbs: 'rs' }],
} as const;

/** Undefined when the request names a role or purpose that does not read across organisations. */
export function peerPrincipal(call: Pick<Call, 'from' | 'who' | 'purpose' | 'expires'>): Principal | undefined {
  const { who, purpose, from, expires } = call;
  if ((who.role !== 'clinician' && who.role !== 'system') || !isPurpose(purpose)) return undefined;
  return { id: `${from}/${who.id}`, kind: who.kind, name: who.name, role: who.role, organisation: from, purpose, scopes: SCOPES[who.role], expires };
}

/** The machine of an organisation that keeps its copies up to date; expires an hour from now. */
export const machineOf = (organisation: string, now: number): Principal => ({
  id: `${organisation}/copies`,
  kind: 'machine',
  name: words.machine,
  role: 'system',
  organisation,
  purpose: 'treatment',
  scopes: SCOPES.system,
  expires: now + 3600_000,
});
