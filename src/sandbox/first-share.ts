/**
 * So that a new sandbox has something to show: one patient of the first hospital has shared their record with the clinic, where a
 * clinician has opened it, so the clinic keeps a copy. Done through the portal's interface, like anybody.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { issueToken } from '../access/tokens.ts';
import { unwrap } from '../base/result.ts';
import type { PatientList, ShareRequest } from '../contract/portal.ts';
import type { RunningNode } from '../node/node.ts';
import type { SandboxPersona } from './personas.ts';

const CUSTODIAN = 'city-hospital';
const GRANTEE = 'northside-clinic';
const SHARE_DAYS = 365;
const ATTEMPTS = 50;
const PAUSE_MS = 200;

async function call<T>(node: RunningNode, persona: SandboxPersona, path: string, signal: AbortSignal, body?: unknown): Promise<T> {
  const token = unwrap(await issueToken(node.tokenKey, persona.claims, Date.now()));
  const answer = await fetch(`${node.config.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  return (await answer.json()) as T;
}

/** The second patient persona: the first one is left for the guided tour, which starts without a share. */
export async function makeFirstShare(nodes: readonly RunningNode[], personas: readonly SandboxPersona[], signal: AbortSignal): Promise<void> {
  const nodeOf = (id: string): RunningNode | undefined => nodes.find(({ config }) => config.organisation.id === id);
  const custodian = nodeOf(CUSTODIAN);
  const grantee = nodeOf(GRANTEE);
  const patient = personas.filter(({ persona }) => persona.role === 'patient' && persona.organisation.id === CUSTODIAN)[1];
  const clinician = personas.find(({ persona }) => persona.role === 'clinician' && persona.organisation.id === GRANTEE);
  const id = patient?.claims.patient;
  if (!custodian || !grantee || !patient || !clinician || id === undefined) return;

  const until = new Date(custodian.config.now() + SHARE_DAYS * 86_400_000).toISOString().slice(0, 10);
  const share: ShareRequest = { organisationId: GRANTEE, purpose: 'treatment', categories: ['everything'], includeSensitive: false, until };
  await call(custodian, patient, `/portal/api/patients/${id}/shares`, signal, share);
  // The clinic is told over the channel, in the background.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { patients } = await call<PatientList>(grantee, clinician, `/portal/api/patients?q=${encodeURIComponent(patient.persona.name)}`, signal);
    const copy = patients.find(({ shared }) => shared);
    if (copy) return void (await call(grantee, clinician, `/portal/api/patients/${copy.id}/timeline?limit=1`, signal));
    await sleep(PAUSE_MS, undefined, { signal });
  }
}
