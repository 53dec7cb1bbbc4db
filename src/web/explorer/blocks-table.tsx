import { Link } from '@tanstack/react-router';
import type { BlockSummary } from '../../contract/explorer.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Ago } from '../ui/time.tsx';

export function BlocksTable({ blocks }: { readonly blocks: readonly BlockSummary[] }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <DataTable
      rows={blocks}
      keyOf={({ height }) => height}
      columns={[
        {
          title: words['col.height'],
          cell: ({ height }) => (
            <Link to="/explorer/blocks/$height" params={{ height: String(height) }}>
              {height.toLocaleString(language)}
            </Link>
          ),
        },
        { title: words['col.time'], cell: ({ time }) => <Ago iso={time} /> },
        {
          title: words['col.transactions'],
          isNumber: true,
          cell: ({ pruned, transactions }) => (pruned ? '–' : transactions.toLocaleString(language)),
        },
        { title: words['col.operations'], isNumber: true, cell: ({ pruned, operations }) => (pruned ? '–' : operations.toLocaleString(language)) },
        { title: words['col.size'], isNumber: true, cell: ({ bytes }) => words.bytes(bytes.toLocaleString(language)) },
        { title: words['col.hash'], cell: ({ hash }) => <Hash value={hash} /> },
      ]}
    />
  );
}
