/** The five-minute tour: real steps, one after another, each with its result and the calls that it made. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { asCurl, type RecordedCall } from '../api/curl.ts';
import { createRecorder } from '../api/recorded.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { hubWords } from '../i18n/hub.ts';
import { usePortal, useStore } from '../portal.ts';
import { personasQuery } from '../shell/desk-gate.tsx';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty, ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Snippet } from '../ui/snippet.tsx';
import './hub.css';
import { castOf, enterStage, type Cast } from './tour/cast.ts';
import type { Played, Stage, StepName } from './tour/state.ts';
import { tourSteps, type TourStep } from './tour/steps.ts';

export function TourPage() {
  const words = useWords(hubWords);
  const personas = useQuery(personasQuery);
  return (
    <Page title={words['tour.title']} lead={words['tour.lead']}>
      <Loaded query={personas}>
        {({ personas: people }) => {
          const cast = castOf(people);
          return cast === undefined ? <Empty title={words['tour.title']} text={words['tour.castMissing']} /> : <Tour cast={cast} />;
        }}
      </Loaded>
    </Page>
  );
}

function Tour({ cast }: { readonly cast: Cast }) {
  const words = useWords(hubWords);
  const language = useLanguage();
  const announce = useAnnounce();
  const store = usePortal().tour;
  const { stage, played } = useStore(store) ?? { stage: undefined, played: new Map<StepName, Played>() };
  const [at, setAt] = useState<StepName>();
  const play = useMutation({
    mutationFn: async (step: TourStep) => {
      setAt(step.name);
      const on = stage ?? (await enterStage(cast));
      store.set({ stage: on, played });
      const api = createRecorder();
      const result = await step.run({ stage: on, api, words, language });
      return { stage: on, name: step.name, played: { ...result, calls: api.calls } };
    },
    onSuccess: ({ stage: on, name, played: one }) => {
      store.set({ stage: on, played: new Map(store.get()?.played).set(name, one) });
      announce(one.text);
    },
  });
  const done = tourSteps.filter(({ name }) => played.get(name)?.holds === true).length;
  const next = tourSteps.find(({ name }) => played.get(name)?.holds !== true)?.name;
  return (
    <div className="stack">
      <div className="card stack">
        <p>{words['tour.cast'](cast.patient.name, cast.patient.organisation.name, cast.clinician.name, cast.clinician.organisation.name)}</p>
        <progress className="bar" value={done} max={tourSteps.length} aria-label={words['tour.progress'](done, tourSteps.length)} />
        <div className="row spread">
          <p className="soft small">{words['tour.progress'](done, tourSteps.length)}</p>
          {played.size > 0 && (
            <Button small onPress={() => store.set(undefined)}>
              {words['tour.restart']}
            </Button>
          )}
        </div>
      </div>
      <ol className="tour">
        {tourSteps.map((step, index) => {
          const result = played.get(step.name);
          const current = step.name === next;
          return (
            <li
              key={step.name}
              className={`card tour-step ${result?.holds === true ? 'done' : current ? 'current' : 'later'}`}
              aria-current={current ? 'step' : undefined}
            >
              <span className="number" aria-hidden="true">
                {result?.holds === true ? <Icon name="check" /> : index + 1}
              </span>
              <div className="stack">
                <h2>
                  {words[`step.${step.name}`]}
                  {result?.holds === true && <span className="unseen"> ({words['tour.done']})</span>}
                </h2>
                <p>{words[`stepText.${step.name}`]}</p>
                {result !== undefined && (
                  <p className={`notice ${result.holds ? 'good' : 'wait'}`} data-result={step.name} data-holds={result.holds}>
                    {result.text}
                  </p>
                )}
                {play.error !== null && at === step.name && <ErrorNotice error={play.error} />}
                {(current || result !== undefined) && (
                  <div className="row">
                    <Button
                      kind={current ? 'primary' : 'plain'}
                      small={!current}
                      busy={play.isPending && at === step.name}
                      onPress={() => play.mutate(step)}
                      label={`${result === undefined ? words['tour.do'] : words['tour.again']}: ${words[`step.${step.name}`]}`}
                    >
                      {result === undefined ? words['tour.do'] : words['tour.again']}
                    </Button>
                    {result !== undefined && stage !== undefined && <Look step={step} stage={stage} />}
                  </div>
                )}
                {result !== undefined && stage !== undefined && <Behind step={step} stage={stage} calls={result.calls} />}
              </div>
            </li>
          );
        })}
      </ol>
      {done === tourSteps.length && (
        <section className="notice good">
          <h2>{words['tour.finished']}</h2>
          <p>{words['tour.finishedText']}</p>
          <Link to="/" className="button">
            {words.doors}
          </Link>
        </section>
      )}
    </div>
  );
}

/** Sits down at the desk of whom the step is about, at the page that shows it. */
function Look({ step, stage }: { readonly step: TourStep; readonly stage: Stage }) {
  const words = useWords(hubWords);
  const portal = usePortal();
  const navigate = useNavigate();
  return (
    <Button
      small
      icon="eye"
      label={`${words['tour.look']}: ${words[`step.${step.name}`]}`}
      onPress={() => {
        portal.session.set(stage[step.look.as]);
        void navigate({ to: step.look.path });
      }}
    >
      {words['tour.look']}
    </Button>
  );
}

function Behind({ step, stage, calls }: { readonly step: TourStep; readonly stage: Stage; readonly calls: readonly RecordedCall[] }) {
  const words = useWords(hubWords);
  const commands = step.commands(stage);
  // A step that waited asked the same thing again and again: once is enough to read.
  const distinct = [...new Set(calls.map(asCurl))];
  return (
    <details className="small">
      <summary>{words['tour.calls']}</summary>
      <div className="stack">
        <Snippet code={distinct.join('\n\n')} />
        {commands.length > 0 && <Snippet title={words['tour.commands']} code={commands.join('\n')} />}
      </div>
    </details>
  );
}
