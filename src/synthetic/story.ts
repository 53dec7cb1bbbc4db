/**
 * A life in visits: which health problems a person has, since when, and what each visit measured and led to. Pure data, before any
 * FHIR: `resources.ts` turns it into resources. Values drift with the problem and answer to treatment, so that trends make sense.
 */
import type { AllergyEntry, Person } from './person.ts';
import { addYears, workday, yearsBetween, type Day } from './days.ts';
import type { DiagnosisName, MedicineName, ProcedureName, VaccineName } from './catalogue.ts';
import type { MeasurementName, PanelName } from './measurements.ts';
import type { Random } from './random.ts';

export type VisitKind = 'check-up' | 'follow-up' | 'complaint' | 'emergency' | 'hospital-stay' | 'telephone';

export interface Visit {
  readonly day: Day;
  /** Minute of the day at which it starts. */
  readonly minute: number;
  readonly minutes: number;
  readonly kind: VisitKind;
  readonly reason: string;
  readonly vitals: Readonly<Partial<Record<MeasurementName, number>>>;
  readonly panels: readonly { readonly panel: PanelName; readonly values: Readonly<Partial<Record<MeasurementName, number>>> }[];
  /** `until` is the day the condition resolved. */
  readonly diagnosed: readonly { readonly diagnosis: DiagnosisName; readonly until?: Day }[];
  readonly prescribed: readonly { readonly medicine: MedicineName; readonly days?: number; readonly for: DiagnosisName }[];
  readonly vaccinated: readonly VaccineName[];
  readonly procedures: readonly ProcedureName[];
  readonly allergies: readonly AllergyEntry[];
  /** Free text of the visit's note; sensitive visits carry the label of their problem. */
  readonly note: string;
  readonly about?: DiagnosisName;
}

type Chronic = 'diabetes' | 'hypertension' | 'lipids' | 'kidney' | 'asthma' | 'depression' | 'alcohol' | 'kneeArthritis';

const firstLine: Partial<Record<Chronic, MedicineName>> = {
  diabetes: 'metformin',
  hypertension: 'lisinopril',
  lipids: 'atorvastatin',
  asthma: 'albuterol',
  depression: 'sertraline',
  alcohol: 'naltrexone',
  kneeArthritis: 'ibuprofen',
};

const likelihood = (age: number): readonly (readonly [Chronic, number])[] => [
  ['hypertension', age > 60 ? 0.6 : age > 40 ? 0.35 : 0.05],
  ['diabetes', age > 55 ? 0.35 : age > 35 ? 0.2 : 0.02],
  ['lipids', age > 45 ? 0.4 : 0.05],
  ['asthma', 0.1],
  ['kneeArthritis', age > 60 ? 0.25 : 0],
  ['depression', age > 18 ? 0.15 : 0],
  ['alcohol', age > 25 ? 0.06 : 0],
  ['kidney', age > 70 ? 0.2 : 0],
];

/** Years since onset and since treatment began bend a value: worse untreated, better treated, never quite normal. */
function bent(normal: number, peak: number, treated: number, sinceOnset: number, sinceTreatment: number): number {
  if (sinceOnset < 0) return normal + (peak - normal) * Math.max(0, 0.35 + sinceOnset * 0.12);
  if (sinceTreatment < 0) return normal + (peak - normal) * Math.min(1, 0.6 + sinceOnset * 0.4);
  return peak + (treated - peak) * Math.min(1, sinceTreatment / 1.5);
}

interface Problem {
  readonly name: Chronic;
  readonly onset: Day;
}

function chronicProblems(person: Person, years: number, today: Day, random: Random): readonly Problem[] {
  const age = yearsBetween(person.born, today);
  return likelihood(age)
    .filter(([, probability]) => random.chance(probability))
    .map(([name]) => ({ name, onset: addYears(today, -years + random.next() * (years * 0.6)) }));
}

const has = (problems: readonly Problem[], name: Chronic): Problem | undefined => problems.find((problem) => problem.name === name);

function vitalsOn(person: Person, problems: readonly Problem[], day: Day, random: Random): Visit['vitals'] {
  const age = yearsBetween(person.born, day);
  const pressure = has(problems, 'hypertension');
  const since = pressure ? yearsBetween(pressure.onset, day) : -9;
  const grown = Math.min(1, 0.3 + (0.7 * age) / 17);
  const height = person.heightCm * grown;
  const weight =
    age < 17
      ? person.weightKg * grown ** 2.4
      : person.weightKg * (1 + 0.004 * (age - 40) * (has(problems, 'diabetes') ? -1 : 0.5)) + random.normal(0, 0.8);
  const upper = (pressure ? bent(124, 158, 131, since, since - 0.1) : 108 + Math.min(20, age * 0.22)) + random.normal(0, 4);
  return {
    height,
    weight,
    bmi: weight / (height / 100) ** 2,
    heartRate: (age < 12 ? 92 : 72) + random.normal(0, 6),
    systolic: upper,
    diastolic: upper * 0.62 + random.normal(0, 3),
    ...(random.chance(0.4) ? { temperature: random.normal(36.7, 0.25) } : {}),
  };
}

function panelsOn(person: Person, problems: readonly Problem[], day: Day, random: Random): Visit['panels'] {
  const sugar = has(problems, 'diabetes');
  const fat = has(problems, 'lipids');
  const kidney = has(problems, 'kidney');
  const years = (problem: Problem | undefined): number => (problem ? yearsBetween(problem.onset, day) : -9);
  const hba1c = (sugar ? bent(5.4, 8.6, 6.7, years(sugar), years(sugar) - 0.1) : 5.2) + random.normal(0, 0.12);
  const ldl = (fat ? bent(115, 182, 88, years(fat), years(fat) - 0.1) : 104) + random.normal(0, 7);
  const hdl = random.normal(person.sex === 'female' ? 58 : 49, 4);
  const triglycerides = (fat || sugar ? 172 : 108) + random.normal(0, 14);
  const creatinine = (kidney ? 1.35 + Math.max(0, years(kidney)) * 0.06 : 0.88) + random.normal(0, 0.05);
  const list: { panel: PanelName; values: Visit['vitals'] }[] = [
    {
      panel: 'metabolic',
      values: {
        glucose: 28.7 * hba1c - 60 + random.normal(0, 6),
        creatinine,
        egfr: Math.min(110, 88 / creatinine + random.normal(0, 2)),
        sodium: random.normal(140, 1.4),
        potassium: random.normal(4.2, 0.2),
      },
    },
    { panel: 'lipids', values: { cholesterol: ldl + hdl + triglycerides / 5, ldl, hdl, triglycerides } },
  ];
  if (sugar) list.push({ panel: 'diabetes', values: { hba1c } });
  if (random.chance(0.3)) {
    list.push({
      panel: 'blood',
      values: {
        hemoglobin: random.normal(person.sex === 'female' ? 13.4 : 15, 0.5),
        leukocytes: random.normal(6.8, 1),
        platelets: random.normal(255, 25),
      },
    });
  }
  return list;
}

const blank = { vitals: {}, panels: [], diagnosed: [], prescribed: [], vaccinated: [], procedures: [], allergies: [] } as const;

const short: readonly { diagnosis: DiagnosisName; medicine?: MedicineName; reason: string; note: string; adult?: boolean }[] = [
  {
    diagnosis: 'sinusitis',
    medicine: 'amoxicillin',
    reason: 'Blocked nose and headache',
    note: 'Tender over both cheeks, no fever. Antibiotic for a week, steam, fluids.',
  },
  {
    diagnosis: 'bronchitis',
    reason: 'Cough for a week',
    note: 'Coarse breath sounds that clear on coughing. No antibiotic. Return if short of breath.',
  },
  {
    diagnosis: 'urinary',
    medicine: 'nitrofurantoin',
    reason: 'Burning on urination',
    note: 'No flank pain, no fever. Short course of antibiotic.',
    adult: true,
  },
  { diagnosis: 'earInfection', medicine: 'amoxicillin', reason: 'Earache', note: 'Red, bulging ear drum. Antibiotic and pain relief.' },
];

/** Visits of one person over the given number of years up to today, oldest first. */
export function storyOf(person: Person, years: number, today: Day, random: Random): readonly Visit[] {
  const start = Math.max(addYears(today, -years), person.born + 14);
  const problems = chronicProblems(person, years, today, random.fork('problems'));
  const told = new Set<Chronic>();
  const visits: Visit[] = [];
  const draw = random.fork('visits');
  const hour = (): number => draw.int(8 * 4, 16 * 4) * 15;

  const gap = problems.some(({ name }) => name !== 'asthma') ? 240 : 365;
  let first = true;
  for (let planned = start + draw.int(5, 60); planned <= today - 3; planned += gap + draw.int(-20, 25)) {
    const day = workday(planned);
    const age = yearsBetween(person.born, day);
    const fresh = problems.filter((problem) => problem.onset <= day && !told.has(problem.name));
    for (const problem of fresh) told.add(problem.name);
    const open = problems.filter((problem) => told.has(problem.name));
    const about = fresh[0]?.name;
    const words = [
      first ? 'First visit here. History taken, medicines and allergies checked.' : 'Seen for a planned visit.',
      open.length > 0
        ? `Known problems reviewed: ${open.map(({ name }) => name.replace(/([A-Z])/g, ' $1').toLowerCase()).join(', ')}.`
        : 'Feels well, no complaints.',
      fresh.length > 0 ? 'New diagnosis explained, treatment agreed, written information handed over.' : 'Plan unchanged.',
    ];
    visits.push({
      ...blank,
      day,
      minute: hour(),
      minutes: 30,
      kind: first || about === undefined ? 'check-up' : 'follow-up',
      reason: first ? 'First visit' : open.length > 0 ? 'Planned review' : 'Yearly check-up',
      vitals: vitalsOn(person, problems, day, draw),
      panels: age >= 18 ? panelsOn(person, problems, day, draw) : [],
      diagnosed: fresh.map(({ name }) => ({ diagnosis: name })),
      prescribed: fresh.flatMap(({ name }) => (firstLine[name] ? [{ medicine: firstLine[name], for: name }] : [])),
      vaccinated: vaccinesAt(age, day, draw),
      allergies: first ? person.allergies : [],
      note: words.join(' '),
      ...(about === undefined ? {} : { about }),
    });
    first = false;
  }

  visits.push(...complaints(person, start, today, random.fork('complaints')), ...bigEvents(person, problems, start, today, random.fork('events')));
  return visits.filter((visit) => visit.day <= today - 1).sort((a, b) => a.day - b.day || a.minute - b.minute);
}

function vaccinesAt(age: number, day: Day, random: Random): readonly VaccineName[] {
  const list: VaccineName[] = [];
  if (age < 2) list.push(random.pick(['dtap', 'polio', 'mmr']));
  const month = new Date(day * 86_400_000).getUTCMonth();
  if (month >= 8 && random.chance(0.7)) list.push('influenza');
  if (age > 20 && random.chance(0.08)) list.push('tetanus');
  if (age > 66 && random.chance(0.15)) list.push(random.pick(['pneumococcal', 'shingles']));
  return list;
}

function complaints(person: Person, start: Day, today: Day, random: Random): Visit[] {
  return Array.from({ length: random.int(1, 4) }, () => {
    const day = workday(random.int(start + 10, Math.max(start + 10, today - 10)));
    const age = yearsBetween(person.born, day);
    const one = random.pick(short.filter((entry) => age >= 18 || entry.adult !== true));
    const allergic = one.medicine === 'amoxicillin' && person.allergies.some(({ title }) => title === 'Penicillin');
    const medicine = allergic ? 'nitrofurantoin' : one.medicine;
    return {
      ...blank,
      day,
      minute: random.int(9 * 4, 17 * 4) * 15,
      minutes: 15,
      kind: random.chance(0.15) ? 'telephone' : 'complaint',
      reason: one.reason,
      vitals: { temperature: random.normal(37.3, 0.4), heartRate: random.normal(80, 6) },
      diagnosed: [{ diagnosis: one.diagnosis, until: day + random.int(7, 16) }],
      prescribed: medicine ? [{ medicine, days: 7, for: one.diagnosis }] : [],
      note: one.note,
      about: one.diagnosis,
    } satisfies Visit;
  });
}

function bigEvents(person: Person, problems: readonly Problem[], start: Day, today: Day, random: Random): Visit[] {
  const age = yearsBetween(person.born, today);
  const list: Visit[] = [];
  const when = (): Day => random.int(start + 40, today - 40);
  if (random.chance(0.18)) {
    const day = when();
    list.push({
      ...blank,
      day,
      minute: random.int(0, 95) * 15,
      minutes: 200,
      kind: 'emergency',
      reason: 'Fall on the right hand',
      diagnosed: [{ diagnosis: 'wristFracture', until: day + 60 }],
      prescribed: [{ medicine: 'ibuprofen', days: 14, for: 'wristFracture' }],
      procedures: ['castWrist'],
      note: 'Fell on the outstretched right hand. Swelling, pain over the distal radius. X-ray: fracture without displacement. Cast for six weeks.',
      about: 'wristFracture',
    });
  }
  if (random.chance(0.08)) {
    const day = when();
    list.push({
      ...blank,
      day,
      minute: random.int(0, 95) * 15,
      minutes: 60 * 52,
      kind: 'hospital-stay',
      reason: 'Pain in the right lower belly',
      diagnosed: [{ diagnosis: 'appendicitis', until: day + 14 }],
      procedures: ['appendectomy'],
      vitals: { temperature: 38.3, heartRate: 104 },
      panels: [{ panel: 'blood', values: { hemoglobin: 14.1, leukocytes: random.normal(15.5, 1), platelets: random.normal(260, 20) } }],
      note: 'Guarding in the right lower quadrant, raised white cells. Appendix removed by keyhole surgery without complication. Home on the second day.',
      about: 'appendicitis',
    });
  }
  if (age > 50 && random.chance(0.4)) {
    const day = workday(when());
    list.push({
      ...blank,
      day,
      minute: 540,
      minutes: 120,
      kind: 'follow-up',
      reason: 'Screening',
      procedures: ['colonoscopy'],
      note: 'Colonoscopy to the caecum, good preparation, no polyps. Next in ten years.',
    });
  }
  if (has(problems, 'kneeArthritis') && random.chance(0.5)) {
    const day = workday(when());
    list.push({
      ...blank,
      day,
      minute: 450,
      minutes: 60 * 76,
      kind: 'hospital-stay',
      reason: 'Planned knee replacement',
      procedures: ['kneeReplacement'],
      note: 'Right knee replaced as planned. Walking with crutches on day one.',
      about: 'kneeArthritis',
    });
  }
  if (age > 18 && age < 40 && random.chance(0.12)) {
    const day = workday(when());
    list.push({
      ...blank,
      day,
      minute: 840,
      minutes: 20,
      kind: 'complaint',
      reason: 'Test after a contact',
      diagnosed: [{ diagnosis: 'chlamydia', until: day + 21 }],
      prescribed: [{ medicine: 'doxycycline', days: 7, for: 'chlamydia' }],
      note: 'Test positive. Treated for a week, partner informed, control in three months.',
      about: 'chlamydia',
    });
  }
  return list;
}
