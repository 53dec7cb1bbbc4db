import { Link } from '@tanstack/react-router';
import type { OperatorStatus } from '../../contract/operator.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Hash } from '../ui/hash.tsx';
import { Ago } from '../ui/time.tsx';

interface Of {
  readonly status: OperatorStatus;
}

export function ValidatorsTable({ status: { validators, consensus } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  return (
    <section className="block">
      <h2>{consensus === null ? words['validators.one'] : words['validators.title']}</h2>
      <DataTable
        rows={validators}
        keyOf={({ key }) => key}
        columns={[
          { title: words['col.organisation'], cell: ({ organisation }) => organisation ?? '–' },
          { title: words['col.power'], isNumber: true, cell: ({ power }) => power.toLocaleString(language) },
          {
            title: words['col.missed'],
            isNumber: true,
            cell: ({ missed, commitsLookedAt }) => words['missed.of'](missed.toLocaleString(language), commitsLookedAt.toLocaleString(language)),
          },
          { title: words['col.lastSigned'], cell: ({ lastSigned }) => (lastSigned === null ? words.never : <Ago iso={lastSigned.time} />) },
          { title: words['col.version'], cell: ({ version }) => version ?? '–' },
          { title: words['col.key'], cell: ({ key }) => <Hash value={key} /> },
        ]}
      />
    </section>
  );
}

export function PeersTable({ status: { peers } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  return (
    <section className="block">
      <h2>{words['peers.title']}</h2>
      {peers.length === 0 ? (
        <p className="soft">{words['peers.none']}</p>
      ) : (
        <DataTable
          rows={peers}
          keyOf={({ id }) => id}
          columns={[
            { title: words['col.peer'], cell: ({ name }) => name },
            { title: words['col.address'], cell: ({ address }) => <code>{address}</code> },
            { title: words['col.version'], cell: ({ version }) => version ?? '–' },
            { title: words['col.height'], isNumber: true, cell: ({ height }) => height?.toLocaleString(language) ?? '–' },
          ]}
        />
      )}
    </section>
  );
}

export function MembersTable({ status: { members, head } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  return (
    <section className="block">
      <h2>{words['members.title']}</h2>
      <p className="small table-note">{words['members.text']}</p>
      <DataTable
        rows={members}
        keyOf={({ id }) => id}
        columns={[
          {
            title: words['col.organisation'],
            cell: ({ id, name }) => (
              <Link to="/explorer/organisations/$id" params={{ id }}>
                {name}
              </Link>
            ),
          },
          { title: words['col.anchored'], cell: ({ anchored }) => (anchored === null ? words.never : <Ago iso={anchored.time} />) },
          {
            title: words['col.behind'],
            isNumber: true,
            cell: ({ anchored }) => (anchored === null ? '–' : Math.max(0, head.height - anchored.height).toLocaleString(language)),
          },
        ]}
      />
    </section>
  );
}
