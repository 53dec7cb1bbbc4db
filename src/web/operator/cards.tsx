import { Fragment } from 'react';
import type { OperatorStatus } from '../../contract/operator.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { operatorWords } from '../i18n/operator.ts';
import { Ago } from '../ui/time.tsx';
import { IntervalChart } from './interval-chart.tsx';
import './operator.css';
import { intervalsOf, sizeText } from './size.ts';

interface Of {
  readonly status: OperatorStatus;
}

export function HeadCard({ status: { head, blocks, consensus } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  const intervals = intervalsOf(blocks);
  const mean = intervals.length === 0 ? undefined : intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
  return (
    <section className="card">
      <h2>{words['head.title']}</h2>
      <dl className="operator-figures">
        <div>
          <dt>{words['head.height']}</dt>
          <dd data-height={head.height}>{head.height.toLocaleString(language)}</dd>
        </div>
        <div>
          <dt>{words['head.time']}</dt>
          <dd>
            <Ago iso={head.time} />
          </dd>
        </div>
        {mean !== undefined && (
          <div>
            <dt>{words['head.interval']}</dt>
            <dd>{words['head.seconds'](mean.toLocaleString(language, { maximumFractionDigits: 1 }))}</dd>
          </div>
        )}
        <div>
          <dt>{words['head.entries']}</dt>
          <dd>{head.logSize.toLocaleString(language)}</dd>
        </div>
        {consensus !== null && (
          <>
            <div>
              <dt>{words['head.consensus']}</dt>
              <dd>{consensus.height.toLocaleString(language)}</dd>
            </div>
            <div>
              <dt>{words['head.round']}</dt>
              <dd>{consensus.round}</dd>
            </div>
            <div>
              <dt>{words['head.step']}</dt>
              <dd>{consensus.step}</dd>
            </div>
            <div>
              <dt>{words['head.commit']}</dt>
              <dd>
                <Ago iso={consensus.lastCommit} />
              </dd>
            </div>
          </>
        )}
      </dl>
      {consensus === null && <p className="small">{words['head.alone']}</p>}
      {consensus?.catchingUp === true && <p className="notice wait">{words['head.catchingUp']}</p>}
      <IntervalChart seconds={intervals} />
    </section>
  );
}

export function MempoolCard({ status: { mempool } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  return (
    <section className="card">
      <h2>{words['mempool.title']}</h2>
      <p>{words['mempool.text'](mempool.transactions.toLocaleString(language), mempool.limitTransactions.toLocaleString(language))}</p>
      <p className="small">{words['mempool.text'](sizeText(mempool.bytes, language), sizeText(mempool.limitBytes, language))}</p>
    </section>
  );
}

export function DiskCard({ status: { disk, retention } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  return (
    <section className="card">
      <h2>{words['disk.title']}</h2>
      <p>{words['disk.free'](sizeText(disk.freeBytes, language), sizeText(disk.totalBytes, language))}</p>
      <dl className="pairs">
        {disk.parts.map(({ name, bytes }) => (
          <Fragment key={name}>
            <dt>{`part.${name}` in words ? (words[`part.${name}` as 'part.blocks'] as string) : name}</dt>
            <dd>{sizeText(bytes, language)}</dd>
          </Fragment>
        ))}
      </dl>
      <p className="small">
        {retention.blocks === null && retention.days === null ? words['retention.ever'] : words['retention.limit'](retention.blocks, retention.days)}
        {retention.prunedUpTo !== null && ` ${words['retention.pruned'](retention.prunedUpTo.toLocaleString(language))}`}
        {retention.problem !== null && ` ${words['retention.problem'](retention.problem)}`}
      </p>
    </section>
  );
}

export function SoftwareCard({ status: { software, residentBytes, processes } }: Of) {
  const words = useWords(operatorWords);
  const language = useLanguage();
  return (
    <section className="card">
      <h2>{words['software.title']}</h2>
      <dl className="pairs">
        <dt>{words['software.version']}</dt>
        <dd>{software.version}</dd>
        <dt>{words['software.engine']}</dt>
        <dd>
          {software.engine} {software.engineVersion}
        </dd>
        <dt>{words['software.runtime']}</dt>
        <dd>{software.runtime}</dd>
        <dt>{words['software.memory']}</dt>
        <dd>{sizeText(residentBytes, language)}</dd>
        {processes.length > 0 && (
          <>
            <dt>{words['software.processes']}</dt>
            <dd>
              {processes.map(({ name, pid, restarts }) => (
                <div key={name}>{words['process.restarts'](name, String(pid), restarts)}</div>
              ))}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
