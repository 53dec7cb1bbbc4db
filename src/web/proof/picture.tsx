/** The way of a proof as a picture: record → organisation's log → anchor → block → who signed, each with its own result. */
import { useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import type { Checked, StepName } from './messages.ts';
import './picture.css';

export type StationState = 'held' | 'failed' | 'unchecked' | 'claimed';
type Station = 'record' | 'transaction' | 'log' | 'anchor' | 'block' | 'signed';

/** The steps of the report that a station stands for. */
const ofEntry: readonly (readonly [Station, readonly StepName[]])[] = [
  ['record', ['form', 'content']],
  ['log', ['log']],
  ['anchor', ['anchor']],
  ['block', ['inclusion']],
  ['signed', ['signature', 'block', 'trust']],
];
const ofTransaction: readonly (readonly [Station, readonly StepName[]])[] = [
  ['transaction', ['form', 'operations', 'sender']],
  ['block', ['inclusion']],
  ['signed', ['signature', 'block', 'trust']],
];
const ofState: readonly (readonly [Station, readonly StepName[]])[] = [
  ['block', ['form', 'state']],
  ['signed', ['block', 'trust']],
];
const ways = {
  'entry-receipt': ofEntry,
  'ledger-receipt': ofTransaction,
  'transaction-receipt': ofTransaction,
  'state-receipt': ofState,
  'trust-bundle': [],
} as const;

const glyphs: Readonly<Record<Station, string>> = {
  record: 'M11 8h8l4 4v12H11zM19 8v4h4M14 16h6M14 20h4',
  transaction: 'M10 13h11M17.5 9.500l3.5 3.5-3.5 3.500M22 19.500H11M14.5 16l-3.5 3.5 3.5 3.5',
  log: 'M10 10h12M10 14.700h12M10 19.300h12M10 24h7',
  anchor: 'M16 11.500V24M16 7.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4M12.5 14.500h7M9.5 18.500c.5 3.5 3 5.5 6.5 5.500s6-2 6.5-5.5',
  block: 'M10 10h12v12H10zM10 14.500h12M14.5 14.500V22',
  signed: 'M9 23.500h14M11 20l8.5-9.5 2.5 2.200L13.5 22l-3 .5z',
};

const badges: Readonly<Record<StationState, string>> = {
  held: 'm21 24 2.3 2.3 4-4.6',
  failed: 'm21.5 21.5 4.5 4.500M26 21.5 21.5 26',
  unchecked: 'M23.7 21.200v2.800M23.7 26.200v.1',
  claimed: 'M21.5 23.800h4.5',
};

export function stationState(checked: Checked | undefined, names: readonly StepName[]): StationState {
  if (checked === undefined) return 'claimed';
  const states = checked.steps.filter((step) => names.includes(step.name)).map((step) => step.state);
  if (states.includes('failed')) return 'failed';
  return states.includes('unchecked') ? 'unchecked' : 'held';
}

/** `transaction`: what it is about before anything was checked. */
export function ProofPicture({ checked, transaction = false }: { readonly checked: Checked | undefined; readonly transaction?: boolean }) {
  const words = useWords(proofWords);
  const way = ways[checked?.kind ?? (transaction ? 'ledger-receipt' : 'entry-receipt')];
  return (
    <ol className="way" aria-label={words.picture}>
      {way.map(([station, names]) => {
        const state = stationState(checked, names);
        const reason = checked?.steps.find((step) => names.includes(step.name) && step.state === 'failed')?.detail;
        return (
          <li key={station} className={state}>
            <svg width="48" height="48" viewBox="0 0 32 32" aria-hidden="true">
              <circle cx="16" cy="16" r="14.5" className="disc" />
              <path d={glyphs[station]} className="glyph" />
              <circle cx="23.7" cy="23.8" r="6.2" className="badge" />
              <path d={badges[state]} className="tick" />
            </svg>
            <div>
              <p className="way-name">
                {words[`step.${station}`]} <span className="way-state">{words[`state.${state}`]}</span>
              </p>
              <p className="soft small">{reason ?? words[`stepText.${station}`]}</p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
