/** One share: its sentence, when it took effect, stop in one click, narrow in place. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Share, ShareRequest } from '../../contract/portal.ts';
import { getJson } from '../api/http.ts';
import { sharesQuery } from '../api/portal.ts';
import { targetOf } from '../api/session.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { Mark } from '../proof/mark.tsx';
import { formatDay, formatMoment } from '../time/format.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import type { Own } from './own.tsx';
import { WhatFields, type ShareChoice } from './share-form.tsx';
import { shareSentence } from './share-sentence.ts';

interface Props {
  readonly share: Share;
  readonly own: Own;
  readonly editing: boolean;
}

export function ShareCard({ share, own, editing }: Props) {
  const words = useWords(patientWords);
  const language = useLanguage();
  const announce = useAnnounce();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { session, patientId } = own;
  const path = `/portal/api/patients/${patientId}/shares/${share.grantId}`;
  const put = (changed: Share): void => {
    queries.setQueryData(
      sharesQuery(session, patientId).queryKey,
      (before) =>
        before && { shares: before.shares.map((one) => (one.grantId === changed.grantId || one.grantId === share.grantId ? changed : one)) },
    );
    void queries.invalidateQueries({ queryKey: ['me'] });
  };
  const edit = (id: string | undefined): void =>
    void navigate({ to: '/patient/sharing', search: (before) => ({ ...before, edit: id }), replace: true, resetScroll: false });
  const stop = useMutation({
    mutationFn: () => getJson<Share>(targetOf(session), path, { method: 'DELETE' }),
    onSuccess: (stopped) => {
      put(stopped);
      announce(stoppedText(stopped));
    },
  });
  const stoppedText = (one: Share): string =>
    one.stopped === undefined
      ? words.expired(formatDay(one.until.slice(0, 10), { language }))
      : words.stopped(formatMoment(one.stopped.time, { language, seconds: true }), one.stopped.height.toLocaleString(language));
  return (
    <article className={`card stack share ${share.state}`} data-share={share.state}>
      <h3>{shareSentence(share, words, language)}</h3>
      <p className="small soft">
        {share.includeSensitive ? words.sensitiveIn : words.sensitiveOut}{' '}
        {share.state === 'active' &&
          `${words.tookEffect(share.opened.height.toLocaleString(language))} (${formatMoment(share.opened.time, { language })}).`}
      </p>
      {share.state !== 'active' && (
        <p>
          {stoppedText(share)} {share.state === 'stopped' && <span className="soft">{words.honest}</span>}
        </p>
      )}
      {stop.error !== null && <ErrorNotice error={stop.error} />}
      {editing ? (
        <Narrow share={share} own={own} path={path} onDone={(changed) => (changed !== undefined && put(changed), edit(undefined))} />
      ) : (
        <div className="row">
          {share.state === 'active' && (
            <>
              <Button kind="danger" icon="stop" busy={stop.isPending} label={words.stopLabel(share.organisation.name)} onPress={() => stop.mutate()}>
                {words.stop}
              </Button>
              <Button label={words.changeLabel(share.organisation.name)} onPress={() => edit(share.grantId)}>
                {words.change}
              </Button>
            </>
          )}
          <Mark proof={share.proof} about={shareSentence(share, words, language)} />
        </div>
      )}
    </article>
  );
}

function Narrow({
  share,
  own,
  path,
  onDone,
}: {
  readonly share: Share;
  readonly own: Own;
  readonly path: string;
  readonly onDone: (changed?: Share) => void;
}) {
  const words = useWords(patientWords);
  const [choice, setChoice] = useState<ShareChoice>({
    categories: share.categories,
    includeSensitive: share.includeSensitive,
    until: share.until.slice(0, 10),
  });
  const change = useMutation({
    mutationFn: () =>
      getJson<Share>(targetOf(own.session), path, {
        method: 'PUT',
        body: { organisationId: share.organisation.id, purpose: share.purpose, ...choice } satisfies ShareRequest,
      }),
    onSuccess: onDone,
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice.categories.length > 0) change.mutate();
      }}
    >
      <WhatFields choice={choice} onChange={setChoice} />
      {change.error !== null && <ErrorNotice error={change.error} />}
      <div className="row">
        <Button kind="primary" submit busy={change.isPending}>
          {words.save}
        </Button>
        <Button onPress={() => onDone()}>{words.cancel}</Button>
      </div>
    </form>
  );
}
