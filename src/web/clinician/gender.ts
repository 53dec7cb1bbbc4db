import { useWords } from '../i18n/language.ts';
import { clinicianWords } from '../i18n/clinician.ts';

const known = ['male', 'female', 'other', 'unknown'] as const;

/** FHIR administrative gender in words; anything else as the server said it. */
export function useGender(): (gender: string) => string {
  const words = useWords(clinicianWords);
  return (gender) => {
    const code = known.find((one) => one === gender.toLowerCase());
    return code === undefined ? gender : words[`gender.${code}`];
  };
}
