import { Link } from '@tanstack/react-router';
import type { BlockSummary } from '../../contract/explorer.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { explorerWords } from '../i18n/explorer.ts';
import { Hash } from '../ui/hash.tsx';
import { Ago } from '../ui/time.tsx';

export function BlocksTable({ blocks }: { readonly blocks: readonly BlockSummary[] }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{words['col.height']}</th>
            <th scope="col">{words['col.time']}</th>
            <th scope="col" className="number">
              {words['col.transactions']}
            </th>
            <th scope="col" className="number">
              {words['col.operations']}
            </th>
            <th scope="col" className="number">
              {words['col.size']}
            </th>
            <th scope="col">{words['col.hash']}</th>
          </tr>
        </thead>
        <tbody>
          {blocks.map((block) => (
            <tr key={block.height}>
              <td data-label={words['col.height']}>
                <Link to="/explorer/blocks/$height" params={{ height: String(block.height) }}>
                  {block.height.toLocaleString(language)}
                </Link>
              </td>
              <td data-label={words['col.time']}>
                <Ago iso={block.time} />
              </td>
              <td data-label={words['col.transactions']} className="number">
                {block.pruned ? '–' : block.transactions.toLocaleString(language)}
              </td>
              <td data-label={words['col.operations']} className="number">
                {block.pruned ? '–' : block.operations.toLocaleString(language)}
              </td>
              <td data-label={words['col.size']} className="number">
                {words.bytes(block.bytes.toLocaleString(language))}
              </td>
              <td data-label={words['col.hash']}>
                <Hash value={block.hash} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
