/** The synthetic population of a network: who is a patient where, who works where, and the bundles that bring them in. */
import type { Bundle, Organization, Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes';
import { dateText, dayOf } from './days.ts';
import { families, femaleGiven, maleGiven } from './names.ts';
import { personAt } from './person.ts';
import { createRandom, type Random } from './random.ts';
import { patientResource, transactionOf, visitResources, type Author, type Chart } from './resources.ts';
import { storyOf } from './story.ts';

export interface PopulationOptions {
  readonly seed: string;
  /** The day on which every story ends, `YYYY-MM-DD`. */
  readonly today: string;
  /** How many people; each is a patient of one provider, every eighth of two. */
  readonly people: number;
  readonly years: number;
  readonly organisations: readonly { readonly id: string; readonly name: string; readonly kind: string }[];
}

export interface SyntheticPatient {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly birthDate: string;
  readonly gender: 'female' | 'male';
  /** Chronic problems in words, for choosing a persona. */
  readonly problems: readonly string[];
  readonly resources: number;
  /** The same person's patient id at another organisation. */
  readonly elsewhere?: { readonly organisationId: string; readonly id: string };
}

export interface SyntheticPractitioner {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly specialty: string;
}

export interface Population {
  readonly patients: readonly SyntheticPatient[];
  readonly practitioners: readonly SyntheticPractitioner[];
  /** In the order in which they must be sent: an organisation's own resources first. */
  readonly bundles: readonly { readonly organisationId: string; readonly name: string; readonly bundle: Bundle }[];
}

const specialties = ['General practice', 'Internal medicine', 'Nursing', 'Cardiology', 'Pediatrics', 'Surgery'] as const;

const isProvider = (organisation: { kind: string }): boolean => organisation.kind === 'hospital' || organisation.kind === 'clinic';

export function synthesise(options: PopulationOptions): Population {
  const root = createRandom(options.seed);
  const today = dayOf(options.today);
  const providers = options.organisations.filter(isProvider);
  const practitioners = providers.flatMap((organisation, at) => staffOf(organisation.id, at, root.fork(`staff/${organisation.id}`)));
  const bundles: { organisationId: string; name: string; bundle: Bundle }[] = options.organisations.map((organisation) => ({
    organisationId: organisation.id,
    name: 'organisation',
    bundle: transactionOf(organisationResources(organisation, practitioners)),
  }));
  const patients: SyntheticPatient[] = [];

  for (let index = 0; index < options.people; index++) {
    const random = root.fork(`person/${index}`);
    const person = personAt(index, today, random.fork('who'));
    const home = providers[index % providers.length]!;
    const second = index % 8 === 3 ? providers[(index + 1) % providers.length]! : undefined;
    const places = second === undefined ? [home] : [home, second];
    const charts = places.map((organisation): Chart => {
      const ids = random.fork(`ids/${organisation.id}`);
      return { patientId: ids.uuid(), person, organisation, authors: authorsOf(organisation.id, practitioners), ids };
    });
    const visits = storyOf(person, options.years, today, random.fork('story'));
    charts.forEach((chart, at) => {
      const here = charts.length === 1 ? visits : visits.filter((_, i) => (i % 3 === 2) === (at === 1));
      const resources: Resource[] = [patientResource(chart, `${chart.organisation.id.slice(0, 2).toUpperCase()}-${String(10_000 + index)}`)];
      for (const visit of here) resources.push(...visitResources(chart, visit, random.pick(chart.authors)));
      const other = charts[1 - at];
      patients.push({
        id: chart.patientId,
        organisationId: chart.organisation.id,
        name: `${person.given} ${person.family}`,
        birthDate: dateText(person.born),
        gender: person.sex,
        problems: problemsIn(resources),
        resources: resources.length,
        ...(other === undefined ? {} : { elsewhere: { organisationId: other.organisation.id, id: other.patientId } }),
      });
      bundles.push({ organisationId: chart.organisation.id, name: `patient-${chart.patientId}`, bundle: transactionOf(resources) });
    });
  }
  return { patients, practitioners, bundles };
}

const problemsIn = (resources: readonly Resource[]): readonly string[] =>
  resources.flatMap((resource) =>
    resource.resourceType === 'Condition' && resource.clinicalStatus?.coding?.[0]?.code === 'active' && resource.meta === undefined
      ? [resource.code!.text!]
      : [],
  );

const authorsOf = (organisationId: string, practitioners: readonly SyntheticPractitioner[]): readonly Author[] =>
  practitioners.filter((one) => one.organisationId === organisationId).map(({ id, name }) => ({ id, display: name }));

function staffOf(organisationId: string, at: number, random: Random): readonly SyntheticPractitioner[] {
  return specialties.map((specialty, i) => {
    const given = random.pick(random.chance(0.5) ? femaleGiven : maleGiven);
    // From the far end of the list, away from the families of the first patients.
    const family = families[families.length - 1 - ((at * specialties.length + i) % families.length)]!;
    return { id: random.uuid(), organisationId, name: specialty === 'Nursing' ? `${given} ${family}, RN` : `Dr. ${given} ${family}`, specialty };
  });
}

function organisationResources(
  organisation: PopulationOptions['organisations'][number],
  practitioners: readonly SyntheticPractitioner[],
): readonly Resource[] {
  const own: Organization = {
    resourceType: 'Organization',
    id: organisation.id,
    identifier: [{ system: 'https://careledger.example/organisation', value: organisation.id }],
    active: true,
    type: [{ text: organisation.kind }],
    name: organisation.name,
  };
  const staff = practitioners
    .filter((one) => one.organisationId === organisation.id)
    .flatMap((one): Resource[] => {
      const bare = one.name.replace(/^Dr\. /, '').replace(/, RN$/, '');
      const [given, family] = [bare.slice(0, bare.indexOf(' ')), bare.slice(bare.indexOf(' ') + 1)];
      const practitioner: Practitioner = {
        resourceType: 'Practitioner',
        id: one.id,
        identifier: [{ system: `https://${organisation.id}.example/staff`, value: one.id.slice(0, 8) }],
        active: true,
        name: [{ text: one.name, family, given: [given], ...(one.name.startsWith('Dr.') ? { prefix: ['Dr.'] } : { suffix: ['RN'] }) }],
      };
      const role: PractitionerRole = {
        resourceType: 'PractitionerRole',
        id: `role-${one.id.slice(0, 18)}`,
        active: true,
        practitioner: { reference: `Practitioner/${one.id}`, display: one.name },
        organization: { reference: `Organization/${organisation.id}`, display: organisation.name },
        specialty: [{ text: one.specialty }],
      };
      return [practitioner, role];
    });
  return [own, ...staff];
}
