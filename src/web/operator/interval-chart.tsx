/** The time between the newest blocks as bars, oldest at the left; the sentence beside it says the same in words. */
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';

const HEIGHT = 56;
const STEP = 8;

export function IntervalChart({ seconds }: { readonly seconds: readonly number[] }) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  if (seconds.length === 0) return null;
  const longest = Math.max(...seconds, 0.001);
  const text = words['intervals.text'](seconds.length + 1, longest.toLocaleString(language, { maximumFractionDigits: 1 }));
  return (
    <figure className="intervals">
      <svg viewBox={`0 0 ${seconds.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={text}>
        {seconds.map((value, at) => {
          const height = Math.max(1, (value / longest) * (HEIGHT - 2));
          return <rect key={at} x={at * STEP + 1} y={HEIGHT - height} width={STEP - 2} height={height} />;
        })}
      </svg>
      <figcaption className="small">{text}</figcaption>
    </figure>
  );
}
