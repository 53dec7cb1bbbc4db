import type { PatientBanner } from '../../contract/portal.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { clinicianWords } from '../i18n/clinician.ts';
import { recordWords } from '../i18n/record.ts';
import { formatDay } from '../time/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/time.tsx';
import { useGender } from './gender.ts';

/** Identity, allergies, consent: what must be seen before anything else. */
export function PatientBannerView({ banner }: { readonly banner: PatientBanner }) {
  const words = useWords(clinicianWords);
  const record = useWords(recordWords);
  const language = useLanguage();
  const gender = useGender();
  const { copy } = banner;
  return (
    <section className="card banner" data-banner>
      <p className="banner-who">
        <strong>{record.born(formatDay(banner.birthDate, { language }), banner.age)}</strong>, {gender(banner.gender)}
      </p>
      <div className="row">
        {banner.allergies.length === 0 ? (
          <span className="pill">{record.noAllergies}</span>
        ) : (
          <span className="row allergies">
            <Icon name="alarm" size={18} />
            <strong>{record.allergies}:</strong>
            {banner.allergies.map((allergy) => (
              <span key={allergy.text} className="pill harm">
                {allergy.text}
                {allergy.severity === undefined ? '' : ` (${allergy.severity})`}
              </span>
            ))}
          </span>
        )}
      </div>
      <p className="banner-consent">
        <span className="soft">{words['chart.consent']}:</span> {banner.consent}
      </p>
      {copy !== undefined && (
        <p className={`small ${copy.active ? 'soft' : 'wait'}`}>
          {words['chart.copy'](banner.custodian.name)}{' '}
          {copy.active ? words['chart.copyUntil'](formatDay(copy.until.slice(0, 10), { language })) : words['chart.copyEnded']}{' '}
          {words['chart.lastUpdate']}: <Moment iso={copy.lastSync} />
        </p>
      )}
    </section>
  );
}
