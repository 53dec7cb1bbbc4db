/** Access requests that wait for an answer. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AccessRequest } from '../../contract/portal.ts';
import { getJson } from '../api/http.ts';
import { requestsQuery } from '../api/portal.ts';
import { targetOf } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Moment } from '../ui/time.tsx';
import type { Own } from './own.tsx';

export function Requests({ own }: { readonly own: Own }) {
  const words = useWords(patientWords);
  const requests = useQuery(requestsQuery(own.session, own.patientId));
  const open = requests.data?.requests.filter(({ state }) => state === 'open') ?? [];
  if (open.length === 0) return null;
  return (
    <section className="stack">
      <h2>{words['requests.title']}</h2>
      {open.map((request) => (
        <Request key={request.requestId} request={request} own={own} />
      ))}
    </section>
  );
}

function Request({ request, own }: { readonly request: AccessRequest; readonly own: Own }) {
  const words = useWords(patientWords);
  const announce = useAnnounce();
  const queries = useQueryClient();
  const decline = useMutation({
    mutationFn: () =>
      getJson(targetOf(own.session), `/portal/api/patients/${own.patientId}/requests/${request.requestId}/decline`, { method: 'POST' }),
    onSuccess: () => {
      announce(words['requests.declined'](request.organisation.name));
      void queries.invalidateQueries({ queryKey: ['requests'] });
      void queries.invalidateQueries({ queryKey: ['me'] });
    },
  });
  return (
    <article className="notice wait" data-request={request.requestId}>
      <h3>{words['requests.sentence'](request.clinician, request.organisation.name)}</h3>
      <p>
        {words['requests.reason']}: {request.reason}
      </p>
      <p className="small">
        <Moment iso={request.when} />
      </p>
      {decline.error !== null && <ErrorNotice error={decline.error} />}
      <div className="row">
        <Link to="/patient/sharing/new" search={{ organisation: request.organisation.id, request: request.requestId }} className="button primary">
          {words['requests.share']}
        </Link>
        <Button busy={decline.isPending} onPress={() => decline.mutate()}>
          {words['requests.decline']}
        </Button>
      </div>
    </article>
  );
}
