/** A moment for people: relative, with the absolute beside it, in the person's zone. */
import { useLanguage } from '../i18n/language.ts';
import { formatDay, formatMoment, formatRelative } from '../time/format.ts';

export function Moment({ iso, seconds }: { readonly iso: string; readonly seconds?: boolean }) {
  const language = useLanguage();
  const options = { language };
  return (
    <time dateTime={iso} className="moment">
      {formatRelative(iso, Date.now(), options)} <span className="soft">({formatMoment(iso, { language, seconds: seconds === true })})</span>
    </time>
  );
}

/** Where there is no room for both: the absolute one is in the tooltip and read out. */
export function Ago({ iso }: { readonly iso: string }) {
  const language = useLanguage();
  return (
    <time dateTime={iso} title={formatMoment(iso, { language, seconds: true })}>
      {formatRelative(iso, Date.now(), { language })}
    </time>
  );
}

export function Day({ iso }: { readonly iso: string }) {
  const language = useLanguage();
  return (
    <time dateTime={iso} title={formatRelative(iso, Date.now(), { language })}>
      {formatDay(iso, { language })}
    </time>
  );
}
