import type { MemberDetail } from '../../contract/explorer.ts';
import { governanceWords } from '../i18n/governance.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { useWords } from '../i18n/language.ts';
import { Hash } from '../ui/hash.tsx';
import { AtBlock } from './at-block.tsx';

/** What was decided about a member, and its signing keys one after the other. */
export function MemberHistory({ history }: { readonly history: MemberDetail['history'] }) {
  const words = useWords(governanceWords);
  const explorer = useWords(explorerWords);
  return (
    <section className="stack">
      <h2>{words.history}</h2>
      <p className="soft">{words.historyText}</p>
      <div className="card table-card">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words['col.event']}</th>
              <th scope="col">{explorer['col.time']}</th>
              <th scope="col">{words['col.signingKey']}</th>
            </tr>
          </thead>
          <tbody>
            {history.map((event) => (
              <tr key={`${event.height}/${event.event}/${event.signingKey}`}>
                <td data-label={words['col.event']}>{words[`event.${event.event}`]}</td>
                <td data-label={explorer['col.time']}>
                  <AtBlock at={event} />
                </td>
                <td data-label={words['col.signingKey']}>
                  <Hash value={event.signingKey} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
