/** A new share in three steps: who and what for; what and until when; exactly what they would see. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Share, SharePurpose, ShareRequest } from '../../contract/portal.ts';
import { getJson } from '../api/http.ts';
import { organisationsQuery } from '../api/portal.ts';
import { targetOf } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import type { NewShareSearch } from '../search.ts';
import { monthsFrom } from '../time/format.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { WithOwn, type Own } from './own.tsx';
import './patient.css';
import { WhatFields, type ShareChoice } from './share-form.tsx';
import { SharePreviewView } from './share-preview.tsx';

const route = getRouteApi('/patient/sharing/new');
/** The purposes are those of people who treat. */
const treating: ReadonlySet<string> = new Set(['hospital', 'clinic', 'pharmacy']);
const purposes: readonly SharePurpose[] = ['treatment', 'second-opinion'];

export function NewSharePage() {
  return <WithOwn>{(own) => <NewShare {...own} />}</WithOwn>;
}

function NewShare(own: Own) {
  const { session, patientId, me } = own;
  const words = useWords(patientWords);
  const announce = useAnnounce();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const search = route.useSearch();
  const organisations = useQuery(organisationsQuery(session));
  const [purpose, setPurpose] = useState<SharePurpose>('treatment');
  const [choice, setChoice] = useState<ShareChoice>({ categories: ['everything'], includeSensitive: false, until: monthsFrom(Date.now(), 6) });
  // A later step without an organisation (an old link) starts over.
  const step = search.organisation === undefined ? 1 : (search.step ?? 1);
  const go = (change: Partial<NewShareSearch>, replace = false): void =>
    void navigate({ to: '/patient/sharing/new', search: (before) => ({ ...before, ...change }), replace });
  const body: ShareRequest = {
    organisationId: search.organisation ?? '',
    purpose,
    ...choice,
    ...(search.request === undefined ? {} : { requestId: search.request }),
  };
  const share = useMutation({
    mutationFn: () => getJson<Share>(targetOf(session), `/portal/api/patients/${patientId}/shares`, { method: 'POST', body }),
    onSuccess: (made) => {
      announce(words['new.done'](made.organisation.name));
      for (const key of ['shares', 'requests', 'me']) void queries.invalidateQueries({ queryKey: [key] });
      void navigate({ to: '/patient/sharing' });
    },
  });
  const onSubmit = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    if (step === 1) go({ step: 2, organisation: search.organisation ?? first });
    else if (step === 2 && choice.categories.length > 0) go({ step: 3 });
    else if (step === 3) share.mutate();
  };
  const others = organisations.data?.organisations.filter(({ id, kind }) => id !== me.organisation.id && treating.has(kind)) ?? [];
  const first = others[0]?.id;
  return (
    <Page title={words['new.title']} lead={words['new.step'](step)}>
      <form className="stack share-form" onSubmit={onSubmit}>
        {step === 1 && (
          <Loaded query={organisations}>
            {() => (
              <>
                <fieldset className="stack">
                  <legend>{words['new.who']}</legend>
                  <div className="choices">
                    {others.map((organisation) => (
                      <label key={organisation.id} className="choice">
                        <input
                          type="radio"
                          name="organisation"
                          required
                          checked={(search.organisation ?? first) === organisation.id}
                          onChange={() => go({ organisation: organisation.id }, true)}
                        />
                        <span>{organisation.name}</span>
                      </label>
                    ))}
                  </div>
                </fieldset>
                <fieldset className="stack">
                  <legend>{words['new.purpose']}</legend>
                  <div className="choices">
                    {purposes.map((one) => (
                      <label key={one} className="choice">
                        <input type="radio" name="purpose" checked={purpose === one} onChange={() => setPurpose(one)} />
                        <span>{words[`purposeChoice.${one}`]}</span>
                      </label>
                    ))}
                  </div>
                </fieldset>
              </>
            )}
          </Loaded>
        )}
        {step === 2 && <WhatFields choice={choice} onChange={setChoice} />}
        {step === 3 && <SharePreviewView own={own} request={body} organisation={others.find(({ id }) => id === search.organisation)} />}
        {share.error !== null && <ErrorNotice error={share.error} />}
        <div className="row">
          {step > 1 && <Button onPress={() => go({ step: step === 3 ? 2 : undefined })}>{words['new.back']}</Button>}
          <Button kind="primary" submit busy={share.isPending}>
            {step === 3 ? words['new.confirm'] : words['new.next']}
          </Button>
        </div>
      </form>
    </Page>
  );
}
