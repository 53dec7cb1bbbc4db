/** Who somebody is, before any health problem. */
import { allergies } from './catalogue.ts';
import { addYears, type Day } from './days.ts';
import { families, femaleGiven, maleGiven, streets, towns } from './names.ts';
import type { Random } from './random.ts';

export type AllergyEntry = (typeof allergies)[number];

export interface Person {
  readonly family: string;
  readonly given: string;
  readonly sex: 'female' | 'male';
  readonly born: Day;
  readonly street: string;
  readonly town: (typeof towns)[number];
  readonly phone: string;
  readonly heightCm: number;
  readonly weightKg: number;
  readonly allergies: readonly AllergyEntry[];
}

/** The `index` makes the pair of names unique in a population of up to 1,600. */
export function personAt(index: number, today: Day, random: Random): Person {
  const sex = random.chance(0.52) ? 'female' : 'male';
  const given = sex === 'female' ? femaleGiven : maleGiven;
  // Steps that are coprime to the lengths walk through all pairs before one repeats.
  const family = families[(index * 7 + 3) % families.length]!;
  const name = given[(index * 5 + Math.floor(index / families.length) * 3) % given.length]!;
  const age = random.chance(0.14) ? random.next() * 16 + 0.6 : 18 + random.next() * 68;
  return {
    family,
    given: name,
    sex,
    born: addYears(today, -age),
    street: `${random.int(1, 180)} ${random.pick(streets)}`,
    town: random.pick(towns),
    phone: `+1-555-01${String(random.int(0, 99)).padStart(2, '0')}`,
    heightCm: random.normal(sex === 'female' ? 165 : 178, 6),
    weightKg: random.normal(sex === 'female' ? 70 : 83, 10),
    allergies: allergies.filter(() => random.chance(0.07)),
  };
}
