/** Who is in this network, and the doors into it. On a node without a hub: that organisation's own door. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { NetworkOverview, Persona, WellKnown } from '../../contract/network.ts';
import { ApiError, getJson } from '../api/http.ts';
import { startOf } from '../api/session.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { hubWords } from '../i18n/hub.ts';
import { witnessesQuery } from '../operator/status.ts';
import { ChoosePerson, EnterToken, personasQuery } from '../shell/desk-gate.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ErrorNotice, Skeleton } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Snippet } from '../ui/snippet.tsx';
import { Ago } from '../ui/time.tsx';
import './hub.css';
import { OrganisationCard } from './organisation-card.tsx';

export const networkQuery = {
  queryKey: ['hub', 'network'],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => getJson<NetworkOverview>({ url: '' }, '/hub/api/network', { signal }),
  refetchInterval: 5_000,
} as const;

export function HubPage() {
  const words = useWords(hubWords);
  const language = useLanguage();
  const network = useQuery(networkQuery);
  const noHub = network.error instanceof ApiError && (network.error.status === 404 || network.error.code === 'web.not-json');
  if (noHub) return <NodeDoor />;
  return (
    <Page
      title={words.title}
      lead={network.data === undefined ? undefined : words.lead(network.data.organisations.length)}
      actions={
        network.data !== undefined && (
          <>
            <Link to="/explorer" className="pill accent head-pill">
              <Icon name="pulse" size={16} />
              {words.head(network.data.head.height.toLocaleString(language))} · <Ago iso={network.data.head.time} />
            </Link>
            <Witnessed />
          </>
        )
      }
    >
      {network.error !== null && network.data === undefined && <ErrorNotice error={network.error} retry={() => void network.refetch()} />}
      {network.isPending && <Skeleton />}
      {network.data !== undefined && (
        <ul className="grid">
          {network.data.organisations.map((organisation) => (
            <OrganisationCard key={organisation.id} organisation={organisation} />
          ))}
        </ul>
      )}
      <Doors />
      <Try />
      <section className="block">
        <h2>{words['api.title']}</h2>
        <div className="stack">
          <p className="soft">{words['api.text']}</p>
          <Snippet title={words['api.network']} code={`curl ${location.origin}/hub/api/network`} />
          <Snippet
            title={words['api.read']}
            code={`TOKEN=$(npx careledger token --org city-hospital --role clinician)\ncurl -H "Authorization: Bearer $TOKEN" "${network.data?.organisations[0]?.url ?? location.origin}/fhir/Patient?_count=1"`}
          />
        </div>
      </section>
    </Page>
  );
}

/** How many have seen this history, in two words; who and when is behind it. */
function Witnessed() {
  const words = useWords(hubWords);
  const { data } = useQuery(witnessesQuery);
  if (data === undefined || data.checkpoint === null) return null;
  const disputed = data.disputes.length > 0;
  return (
    <Link to="/explorer/witnesses" className={`pill head-pill ${disputed ? 'harm' : 'accent'}`}>
      <Icon name="eye" size={16} />
      {disputed ? words.disputed : words.seenBy(data.parties)}
    </Link>
  );
}

const doors: readonly { readonly role: Persona['role']; readonly icon: IconName }[] = [
  { role: 'patient', icon: 'person' },
  { role: 'clinician', icon: 'diagnosis' },
  { role: 'privacy-officer', icon: 'eye' },
  { role: 'operator', icon: 'pulse' },
];

function Doors() {
  const words = useWords(hubWords);
  const personas = useQuery(personasQuery);
  const navigate = useNavigate();
  return (
    <section className="block">
      <h2>{words.doors}</h2>
      <Loaded query={personas} lines={2}>
        {({ personas: people }) => (
          <ul className="grid doors">
            {doors.map(({ role, icon }) => (
              <li key={role} className="card door" data-role={role}>
                <h3>
                  <Icon name={icon} size={22} />
                  {words[`door.${role}`]}
                </h3>
                <p className="soft small">{words[`doorText.${role}`]}</p>
                <ChoosePerson
                  compact
                  people={people.filter((persona) => persona.role === role)}
                  onEnter={(session) => void navigate({ to: startOf(session.persona.role) })}
                />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function Try() {
  const words = useWords(hubWords);
  return (
    <section className="block">
      <h2>{words.tryTitle}</h2>
      <ul className="grid">
        <li className="card try">
          <h3>{words.tourTitle}</h3>
          <p className="soft">{words.tourText}</p>
          <Link to="/tour" className="button primary">
            {words.tourAction}
          </Link>
        </li>
        <li className="card try">
          <h3>{words.attackTitle}</h3>
          <p className="soft">{words.attackText}</p>
          <Link to="/attack" className="button">
            {words.attackAction}
          </Link>
        </li>
        <li className="card try">
          <h3>{words.explorerTitle}</h3>
          <p className="soft">{words.explorerText}</p>
          <Link to="/explorer" className="button">
            {words.explorerAction}
          </Link>
        </li>
      </ul>
    </section>
  );
}

function NodeDoor() {
  const words = useWords(hubWords);
  const navigate = useNavigate();
  const node = useQuery({
    queryKey: ['well-known'],
    queryFn: ({ signal }) => getJson<WellKnown>({ url: '' }, '/.well-known/careledger', { signal }),
  });
  return (
    <Loaded query={node}>
      {({ organisation }) => (
        <Page
          title={words['node.title'](organisation?.name ?? 'Careledger')}
          lead={words['node.lead'](organisation === null ? '' : words[`kind.${organisation.kind}`])}
        >
          <EnterToken onEnter={(session) => void navigate({ to: startOf(session.persona.role) })} />
          <Try />
        </Page>
      )}
    </Loaded>
  );
}
