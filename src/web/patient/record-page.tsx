import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { requestsQuery } from '../api/portal.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { Timeline } from '../record/timeline.tsx';
import { Page } from '../ui/page.tsx';
import { WithOwn, type Own } from './own.tsx';

const route = getRouteApi('/patient/');

export function RecordPage() {
  return <WithOwn>{(own) => <OwnRecord {...own} />}</WithOwn>;
}

function OwnRecord({ session, me, patientId }: Own) {
  const words = useWords(patientWords);
  const search = route.useSearch();
  const requests = useQuery(requestsQuery(session, patientId));
  const open = requests.data?.requests.filter(({ state }) => state === 'open').length ?? me.counts?.requests ?? 0;
  return (
    <Page
      title={words['record.title']}
      lead={words['record.lead'](me.counts?.shares ?? 0, open)}
      actions={
        open > 0 && (
          <Link to="/patient/sharing" className="button primary">
            {words['record.answer']}
          </Link>
        )
      }
    >
      <Timeline patientId={patientId} search={search} />
    </Page>
  );
}
