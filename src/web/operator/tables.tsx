import { Link } from '@tanstack/react-router';
import type { OperatorStatus } from '../../contract/operator.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
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
      <div className="card table-card">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words['col.organisation']}</th>
              <th scope="col" className="number">
                {words['col.power']}
              </th>
              <th scope="col" className="number">
                {words['col.missed']}
              </th>
              <th scope="col">{words['col.lastSigned']}</th>
              <th scope="col">{words['col.version']}</th>
              <th scope="col">{words['col.key']}</th>
            </tr>
          </thead>
          <tbody>
            {validators.map((one) => (
              <tr key={one.key}>
                <td data-label={words['col.organisation']}>{one.organisation ?? '–'}</td>
                <td data-label={words['col.power']} className="number">
                  {one.power.toLocaleString(language)}
                </td>
                <td data-label={words['col.missed']} className="number">
                  {words['missed.of'](one.missed.toLocaleString(language), one.commitsLookedAt.toLocaleString(language))}
                </td>
                <td data-label={words['col.lastSigned']}>{one.lastSigned === null ? words.never : <Ago iso={one.lastSigned.time} />}</td>
                <td data-label={words['col.version']}>{one.version ?? '–'}</td>
                <td data-label={words['col.key']}>
                  <Hash value={one.key} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
        <div className="card table-card">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{words['col.peer']}</th>
                <th scope="col">{words['col.address']}</th>
                <th scope="col">{words['col.version']}</th>
                <th scope="col" className="number">
                  {words['col.height']}
                </th>
              </tr>
            </thead>
            <tbody>
              {peers.map(({ id, name, address, version, height }) => (
                <tr key={id}>
                  <td data-label={words['col.peer']}>{name}</td>
                  <td data-label={words['col.address']}>
                    <code>{address}</code>
                  </td>
                  <td data-label={words['col.version']}>{version ?? '–'}</td>
                  <td data-label={words['col.height']} className="number">
                    {height?.toLocaleString(language) ?? '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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
      <div className="card table-card">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words['col.organisation']}</th>
              <th scope="col">{words['col.anchored']}</th>
              <th scope="col" className="number">
                {words['col.behind']}
              </th>
            </tr>
          </thead>
          <tbody>
            {members.map(({ id, name, anchored }) => (
              <tr key={id}>
                <td data-label={words['col.organisation']}>
                  <Link to="/explorer/organisations/$id" params={{ id }}>
                    {name}
                  </Link>
                </td>
                <td data-label={words['col.anchored']}>{anchored === null ? words.never : <Ago iso={anchored.time} />}</td>
                <td data-label={words['col.behind']} className="number">
                  {anchored === null ? '–' : Math.max(0, head.height - anchored.height).toLocaleString(language)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
