/** Whom one can walk in as: a few patients with something to see, clinicians of each provider, a privacy officer and an operator. */
import type { TokenClaims } from '../access/tokens.ts';
import type { Persona } from '../contract/network.ts';
import type { Population, SyntheticPatient } from '../synthetic/population.ts';
import { sandboxOrganisations } from './organisations.ts';

export interface SandboxPersona {
  readonly persona: Persona;
  readonly claims: TokenClaims;
  /** Path in the portal. */
  readonly start: string;
}

const PATIENTS_PER_PROVIDER = 3;
const CLINICIANS_PER_PROVIDER = 2;

/** Most to see first: several problems, much history, a record in a second place. */
const interest = (patient: SyntheticPatient): number =>
  patient.problems.length * 200 + patient.resources + (patient.elsewhere === undefined ? 0 : 400);

const ageAt = (birthDate: string, today: string): number =>
  Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (today.slice(5) < birthDate.slice(5) ? 1 : 0);

function aboutPatient(patient: SyntheticPatient, names: ReadonlyMap<string, string>): string {
  const problems = patient.problems.slice(0, 3).join(', ').toLowerCase();
  const second = patient.elsewhere === undefined ? '' : `; also known at ${names.get(patient.elsewhere.organisationId)}`;
  return `${ageAt(patient.birthDate, '2026-06-30')} years old${problems === '' ? ', no long-term illness' : `, lives with ${problems}`}${second}.`;
}

export function sandboxPersonas(population: Population): readonly SandboxPersona[] {
  const names = new Map<string, string>(sandboxOrganisations.map(({ id, name }) => [id, name]));
  const list: SandboxPersona[] = [];
  for (const { id, name } of sandboxOrganisations) {
    const organisation = { id, name };
    const here = population.patients.filter((patient) => patient.organisationId === id).toSorted((a, b) => interest(b) - interest(a));
    for (const patient of here.slice(0, PATIENTS_PER_PROVIDER)) {
      const persona: Persona = {
        id: `patient-${patient.id}`,
        name: patient.name,
        role: 'patient',
        organisation,
        about: aboutPatient(patient, names),
      };
      list.push({ persona, claims: { role: 'patient', name: patient.name, subject: patient.id, patient: patient.id }, start: '/patient' });
    }
    const staff = population.practitioners.filter((one) => one.organisationId === id && !one.name.endsWith(', RN'));
    for (const one of staff.slice(0, CLINICIANS_PER_PROVIDER)) {
      const persona: Persona = { id: `clinician-${one.id}`, name: one.name, role: 'clinician', organisation, about: `${one.specialty} at ${name}.` };
      list.push({ persona, claims: { role: 'clinician', name: one.name, subject: one.id }, start: '/clinician' });
    }
    list.push(onDuty('privacy-officer', organisation, 'Privacy officer', `Looks after who reads what at ${name}.`, '/desk'));
    list.push(onDuty('operator', organisation, 'Operator', `Runs the node of ${name}; sees no health data.`, '/desk'));
  }
  return list;
}

function onDuty(
  role: 'privacy-officer' | 'operator',
  organisation: Persona['organisation'],
  title: string,
  about: string,
  start: string,
): SandboxPersona {
  const name = `${title}, ${organisation.name}`;
  return {
    persona: { id: `${role}-${organisation.id}`, name, role, organisation, about },
    claims: { role, name, subject: `${role}-${organisation.id}` },
    start,
  };
}
