import { Icon } from './icon.tsx';
import { useCopy } from './copy.ts';

/** A hash, short, in a fixed-width face, with copy; the whole of it is in the tooltip and on the clipboard. */
export function Hash({ value, keep = 8 }: { readonly value: string; readonly keep?: number }) {
  const { copy, label } = useCopy();
  const short = value.length > 2 * keep + 1 ? `${value.slice(0, keep)}…${value.slice(-4)}` : value;
  return (
    <span className="hash" title={value}>
      <span>{short}</span>
      <button type="button" className="quiet" aria-label={`${label} ${short}`} onClick={() => copy(value)}>
        <Icon name="copy" size={15} />
      </button>
    </span>
  );
}
