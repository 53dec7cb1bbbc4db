import { Icon } from './icon.tsx';
import { useCopy } from './copy.ts';

/** Code to read or to take away. */
export function Snippet({ title, code }: { readonly title?: string; readonly code: string }) {
  const { copy, label } = useCopy();
  return (
    <div>
      {title !== undefined && <p className="snippet-title">{title}</p>}
      <div className="snippet">
        <pre tabIndex={0} aria-label={title ?? 'code'}>
          <code>{code}</code>
        </pre>
        <button type="button" className="quiet" aria-label={`${label}: ${title ?? ''}`} title={label} onClick={() => copy(code)}>
          <Icon name="copy" size={16} />
        </button>
      </div>
    </div>
  );
}
