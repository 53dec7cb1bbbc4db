import { searchParams } from '../definitions/search-params.ts';

/** By which parameter records of a type are sorted by date: the first of these that the type has. */
const preferred = [
  'date',
  'authoredon',
  'onset-date',
  'performed',
  'period',
  'effective',
  'effective-time',
  'effectivetime',
  'occurrence',
  'whenhandedover',
  'whenprepared',
  'service-period',
  'created',
  'started',
  'recorded-date',
  'recorded',
  'sent',
  'start-date',
  'collected',
  'authored',
  'datewritten',
  'identified',
  'issued',
  'planned-date',
] as const;

/** Undefined: the type has no date of its own. `birthdate` is not one: people are not events. */
export function dateParameter(type: string): string | undefined {
  const params = searchParams(type);
  return preferred.find((code) => {
    const param = params.get(code);
    return param?.type === 'date' && param.path !== undefined;
  });
}
