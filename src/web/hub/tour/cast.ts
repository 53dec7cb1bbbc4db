/** Who plays in the tour: a patient at one organisation, a clinician at another, and the operator of the first. */
import type { Persona } from '../../../contract/network.ts';
import type { PatientBanner } from '../../../contract/portal.ts';
import { getJson } from '../../api/http.ts';
import { openSession, targetOf } from '../../api/session.ts';
import type { Stage } from './state.ts';

export interface Cast {
  readonly patient: Persona;
  readonly clinician: Persona;
  readonly operator: Persona;
}

export function castOf(personas: readonly Persona[]): Cast | undefined {
  for (const patient of personas.filter(({ role }) => role === 'patient')) {
    const home = patient.organisation.id;
    const clinician = personas.find(({ role, organisation }) => role === 'clinician' && organisation.id !== home);
    const operator = personas.find(({ role, organisation }) => role === 'operator' && organisation.id === home);
    if (clinician !== undefined && operator !== undefined) return { patient, clinician, operator };
  }
  return undefined;
}

export async function enterStage(cast: Cast): Promise<Stage> {
  const [patient, clinician, operator] = await Promise.all([
    openSession(cast.patient.id),
    openSession(cast.clinician.id),
    openSession(cast.operator.id),
  ]);
  const me = await getJson<{ readonly patientId?: string }>(targetOf(patient), '/portal/api/me');
  const banner = await getJson<PatientBanner>(targetOf(patient), `/portal/api/patients/${me.patientId}`);
  return { patient, clinician, operator, banner };
}
