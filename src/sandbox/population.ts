/** The sandbox's synthetic people: always the same ones, from a fixed seed and a fixed day, so that guides and tests can name them. */
import { synthesise, type Population } from '../synthetic/population.ts';
import { sandboxOrganisations } from './organisations.ts';

const SEED = 'careledger';
/** Where every story ends. */
const TODAY = '2026-06-30';
const YEARS = 6;

export const sandboxPopulation = (people: number): Population =>
  synthesise({ seed: SEED, today: TODAY, people, years: YEARS, organisations: sandboxOrganisations });
