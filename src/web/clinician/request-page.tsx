/** Asking another organisation for a patient who is here: what it causes is said before, the rule and the next step after. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import type { AccessRequestAnswer, AccessRequestBody } from '../../contract/portal.ts';
import { ApiError, getJson } from '../api/http.ts';
import { organisationsQuery } from '../api/portal.ts';
import { targetOf, useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { clinicianWords } from '../i18n/clinician.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import './clinician.css';

const empty: AccessRequestBody = { organisationId: '', family: '', given: '', birthDate: '', reason: '' };

export function RequestPage() {
  const words = useWords(clinicianWords);
  const session = useSession()!;
  const announce = useAnnounce();
  const organisations = useQuery(organisationsQuery(session));
  const others =
    organisations.data?.organisations.filter(
      ({ id, kind }) => id !== session.persona.organisation.id && (kind === 'hospital' || kind === 'clinic'),
    ) ?? [];
  const [body, setBody] = useState(empty);
  const request = useMutation({
    mutationFn: () => ask({ ...body, organisationId: body.organisationId === '' ? (others[0]?.id ?? '') : body.organisationId }),
    onSuccess: (answer) => announce(answer.reason),
  });
  const ask = async (asked: AccessRequestBody): Promise<AccessRequestAnswer> => {
    try {
      return await getJson<AccessRequestAnswer>(targetOf(session), '/portal/api/access-requests', { method: 'POST', body: asked });
    } catch (error) {
      // A refusal for want of a basis is the answer, not a failure.
      if (error instanceof ApiError && error.code === 'access.no-basis') return { outcome: 'asked', reason: error.message, howToAsk: error.hint };
      throw error;
    }
  };
  const field = (name: keyof AccessRequestBody) => ({
    value: body[name],
    required: true,
    onChange: (event: SyntheticEvent<HTMLInputElement | HTMLSelectElement>) => setBody({ ...body, [name]: event.currentTarget.value }),
  });
  return (
    <Page title={words['request.title']} lead={words['request.lead']}>
      <div className="request">
        {request.data === undefined ? (
          <form
            className="stack card"
            onSubmit={(event) => {
              event.preventDefault();
              request.mutate();
            }}
          >
            <label className="field">
              <span>{words['request.where']}</span>
              <select {...field('organisationId')} value={body.organisationId === '' ? (others[0]?.id ?? '') : body.organisationId}>
                {others.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <div className="pair">
              <label className="field">
                <span>{words['request.given']}</span>
                <input {...field('given')} autoComplete="off" />
              </label>
              <label className="field">
                <span>{words['request.family']}</span>
                <input {...field('family')} autoComplete="off" />
              </label>
            </div>
            <label className="field">
              <span>{words['request.birthDate']}</span>
              <input {...field('birthDate')} type="date" />
            </label>
            <label className="field">
              <span>{words['request.reason']}</span>
              <input {...field('reason')} maxLength={300} autoComplete="off" />
              <span className="help">{words['request.reasonExample']}</span>
            </label>
            {request.error !== null && <ErrorNotice error={request.error} />}
            <div>
              <Button kind="primary" submit busy={request.isPending || others.length === 0}>
                {words['request.send']}
              </Button>
            </div>
          </form>
        ) : (
          <Answer answer={request.data} onAnother={() => (setBody(empty), request.reset())} />
        )}
        <section className="card causes">
          <h2>{words['request.causes']}</h2>
          <ul>
            <li>{words['request.causes1']}</li>
            <li>{words['request.causes2']}</li>
            <li>{words['request.causes3']}</li>
          </ul>
        </section>
      </div>
    </Page>
  );
}

function Answer({ answer, onAnother }: { readonly answer: AccessRequestAnswer; readonly onAnother: () => void }) {
  const words = useWords(clinicianWords);
  const shared = answer.outcome === 'already-shared';
  return (
    <section className={`notice ${shared ? 'good' : 'wait'}`} data-outcome={answer.outcome}>
      <h2 className="row">
        <Icon name={shared ? 'check' : 'stop'} />
        {shared ? words['request.sharedTitle'] : words['request.askedTitle']}
      </h2>
      <dl>
        {!shared && (
          <>
            <dt>{words['chart.refusedRule']}</dt>
            <dd>{words['request.ruleText']}</dd>
            <dt>{words['request.answer']}</dt>
          </>
        )}
        <dd>{answer.reason}</dd>
        {!shared && (
          <>
            <dt>{words['request.next']}</dt>
            <dd>{answer.howToAsk}</dd>
          </>
        )}
      </dl>
      <div className="row">
        {answer.patientId !== undefined && (
          <Link to="/clinician/patients/$id" params={{ id: answer.patientId }} className="button primary">
            {words['request.openChart']}
          </Link>
        )}
        <Button onPress={onAnother}>{words['request.another']}</Button>
      </div>
    </section>
  );
}
