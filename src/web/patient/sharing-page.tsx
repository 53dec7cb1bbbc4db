import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { sharesQuery } from '../api/portal.ts';
import { useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { WithOwn, type Own } from './own.tsx';
import './patient.css';
import { Requests } from './requests.tsx';
import { ShareCard } from './share-card.tsx';

const route = getRouteApi('/patient/sharing');

export function SharingPage() {
  return <WithOwn>{(own) => <OwnSharing {...own} />}</WithOwn>;
}

function OwnSharing(own: Own) {
  const words = useWords(patientWords);
  const { edit } = route.useSearch();
  const shares = useQuery(sharesQuery(own.session, own.patientId));
  const active = shares.data?.shares.filter(({ state }) => state === 'active') ?? [];
  const past = shares.data?.shares.filter(({ state }) => state !== 'active') ?? [];
  const organisations = new Set(active.map(({ organisation }) => organisation.id)).size;
  const newShare = (
    <Link to="/patient/sharing/new" className="button primary">
      {words['sharing.new']}
    </Link>
  );
  return (
    <Page title={words['sharing.title']} lead={shares.data === undefined ? undefined : words['sharing.lead'](organisations)} actions={newShare}>
      <div className="stack">
        <Requests own={own} />
        <Loaded query={shares}>
          {() => (
            <>
              {active.length === 0 && <Empty title={words['sharing.empty']} text={words['sharing.emptyText']} />}
              {active.length > 0 && <h2>{words['sharing.active']}</h2>}
              {active.map((share) => (
                <ShareCard key={share.grantId} share={share} own={own} editing={edit === share.grantId} />
              ))}
              {past.length > 0 && <h2>{words['sharing.past']}</h2>}
              {past.map((share) => (
                <ShareCard key={share.grantId} share={share} own={own} editing={false} />
              ))}
            </>
          )}
        </Loaded>
      </div>
    </Page>
  );
}
