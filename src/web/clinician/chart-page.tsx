/** The chart: who this is and whether one may read it, the record in the middle, the current picture beside it. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError } from '../api/http.ts';
import { bannerQuery } from '../api/portal.ts';
import { useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { clinicianWords } from '../i18n/clinician.ts';
import { Timeline } from '../record/timeline.tsx';
import { ErrorNotice, Skeleton } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { PatientBannerView } from './banner.tsx';
import './clinician.css';
import { Workspace } from './workspace.tsx';

const route = getRouteApi('/clinician/patients/$id');

export function ChartPage() {
  const words = useWords(clinicianWords);
  const session = useSession()!;
  const { id } = route.useParams();
  const search = route.useSearch();
  const banner = useQuery(bannerQuery(session, id));
  const refused = banner.error instanceof ApiError && banner.error.status === 403;
  return (
    <Page title={banner.data?.name ?? (refused ? words['chart.refusedTitle'] : words['chart.title'])}>
      {banner.isPending && <Skeleton />}
      {banner.error !== null &&
        (refused ? <Refusal error={banner.error as ApiError} /> : <ErrorNotice error={banner.error} retry={() => void banner.refetch()} />)}
      {banner.data !== undefined && banner.error === null && (
        <>
          <PatientBannerView banner={banner.data} />
          <div className="chart">
            <section aria-label={words['chart.title']}>
              <Timeline patientId={id} search={search} />
            </section>
            <Workspace banner={banner.data} />
          </div>
        </>
      )}
    </Page>
  );
}

/** A refusal says which rule, and how to ask. */
function Refusal({ error }: { readonly error: ApiError }) {
  const words = useWords(clinicianWords);
  return (
    <section className="notice wait" data-refusal={error.code}>
      <p>{error.message}</p>
      <dl>
        <dt>{words['chart.refusedRule']}</dt>
        <dd>{words['chart.refusedRuleText']}</dd>
        <dt>{words['chart.refusedAsk']}</dt>
        <dd>{error.hint === '' ? words['chart.refusedAskText'] : error.hint}</dd>
      </dl>
      <p className="small">
        <code>{error.code}</code>
      </p>
      <Link to="/clinician/request" className="button primary">
        {words['patients.ask']}
      </Link>
    </section>
  );
}
