/** Earlier values of one measurement as a line, with the usual range behind it. The same as a table is one step further. */
import type { TimelineItem } from '../../contract/portal.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { recordWords } from '../i18n/record.ts';
import { formatDay } from '../time/format.ts';
import { pointsOf } from './trend-points.ts';

interface Props {
  readonly value: NonNullable<TimelineItem['value']>;
  readonly trend: NonNullable<TimelineItem['trend']>;
  readonly when: string;
  readonly large?: boolean;
}

export function Trend({ value, trend, when, large }: Props) {
  const words = useWords(recordWords);
  const language = useLanguage();
  const width = large === true ? 520 : 112;
  const height = large === true ? 170 : 34;
  const all = trend.some((point) => point.when === when) || value.number === undefined ? trend : [...trend, { when, number: value.number }];
  if (all.length < 2) return null;
  const { points, band } = pointsOf(all, value, width, height, large === true ? 36 : 5);
  const [first, last] = [all[0]!, all.at(-1)!];
  const day = (iso: string): string => formatDay(iso.slice(0, 10), { language });
  const number = (n: number): string => `${n.toLocaleString(language)}${value.unit === undefined ? '' : ` ${value.unit}`}`;
  return (
    <svg
      className={large === true ? 'trend large' : 'trend'}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={words['trend.label'](all.length, number(first.number), day(first.when), number(last.number), day(last.when))}
    >
      {band !== undefined && <rect x="0" y={band.top} width={width} height={band.bottom - band.top} className="band" />}
      <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {points.map(({ x, y }, index) => (
        <circle key={index} cx={x} cy={y} r={index === points.length - 1 ? 3.5 : 1.8} className={index === points.length - 1 ? 'last' : ''} />
      ))}
      {large === true && (
        <>
          {points.map(
            ({ x, y }, index) =>
              (points.length <= 8 || index === points.length - 1) && (
                <text key={index} x={x} y={y - 9}>
                  {all[index]!.number.toLocaleString(language)}
                </text>
              ),
          )}
          <text x="0" y={height - 4} className="edge start">
            {day(first.when)}
          </text>
          <text x={width} y={height - 4} className="edge end">
            {day(last.when)}
          </text>
        </>
      )}
    </svg>
  );
}

export function TrendTable({ value, trend }: Pick<Props, 'value' | 'trend'>) {
  const words = useWords(recordWords);
  const language = useLanguage();
  return (
    <details>
      <summary>{words['trend.values']}</summary>
      <table className="mini">
        <thead>
          <tr>
            <th scope="col">{words['trend.when']}</th>
            <th scope="col">{words['trend.value']}</th>
          </tr>
        </thead>
        <tbody>
          {trend.toReversed().map((point) => (
            <tr key={point.when}>
              <td>{formatDay(point.when.slice(0, 10), { language })}</td>
              <td>
                {point.number.toLocaleString(language)} {value.unit}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
