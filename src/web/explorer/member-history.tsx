import type { MemberDetail } from '../../contract/explorer.ts';
import { governanceWords } from '../i18n/governance.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { useWords } from '../i18n/language.ts';
import { DataTable } from '../ui/data-table.tsx';
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
      <DataTable
        rows={history}
        keyOf={({ height, event, signingKey }) => `${height}/${event}/${signingKey}`}
        columns={[
          { title: words['col.event'], cell: ({ event }) => words[`event.${event}`] },
          { title: explorer['col.time'], cell: (event) => <AtBlock at={event} /> },
          { title: words['col.signingKey'], cell: ({ signingKey }) => <Hash value={signingKey} /> },
        ]}
      />
    </section>
  );
}
