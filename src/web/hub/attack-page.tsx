/** The attack panel: the same attacks as on the command line, and what the node notices of them. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Attack, HealReport, Persona, VerificationReport } from '../../contract/network.ts';
import { getJson } from '../api/http.ts';
import { openSession, targetOf } from '../api/session.ts';
import { HealedReport } from '../duty/healed-report.tsx';
import { ReportView } from '../duty/report-view.tsx';
import { useWords } from '../i18n/language.ts';
import { hubWords } from '../i18n/hub.ts';
import { personasQuery } from '../shell/desk-gate.tsx';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty, ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Snippet } from '../ui/snippet.tsx';
import { networkQuery } from './hub-page.tsx';
import './hub.css';

export function AttackPage() {
  const words = useWords(hubWords);
  const attacks = useQuery({
    queryKey: ['hub', 'attacks'],
    queryFn: () => getJson<{ readonly attacks: readonly Attack[] }>({ url: '' }, '/hub/api/attacks'),
    retry: false,
  });
  return (
    <Page title={words['attack.title']} lead={words['attack.lead']}>
      <Loaded query={attacks}>
        {({ attacks: list }) =>
          list.length === 0 ? <Empty title={words['attack.none']} text={words['attack.noneText']} /> : <Panel attacks={list} />
        }
      </Loaded>
    </Page>
  );
}

interface Performed {
  readonly attack: Attack;
  /** In a sentence. */
  readonly did: string;
}

function Panel({ attacks }: { readonly attacks: readonly Attack[] }) {
  const words = useWords(hubWords);
  const announce = useAnnounce();
  const network = useQuery(networkQuery);
  const personas = useQuery(personasQuery);
  const [organisationId, setOrganisationId] = useState<string>();
  const organisations = network.data?.organisations ?? [];
  const organisation = organisations.find(({ id }) => id === organisationId) ?? organisations[0];
  const operator = personas.data?.personas.find((persona) => persona.role === 'operator' && persona.organisation.id === organisation?.id);
  const perform = useMutation({
    mutationFn: async (attack: Attack): Promise<Performed> => {
      const { did } = await getJson<{ readonly did: string }>({ url: '' }, '/hub/api/attacks', {
        method: 'POST',
        body: { name: attack.name, organisationId: organisation!.id },
      });
      return { attack, did };
    },
    onSuccess: ({ attack }) => announce(words['attack.done'](attack.title, organisation!.name)),
  });
  return (
    <div className="stack">
      <label className="field narrow">
        <span>{words['attack.where']}</span>
        <select
          value={organisation?.id ?? ''}
          onChange={(event) => {
            setOrganisationId(event.target.value);
            perform.reset();
          }}
        >
          {organisations.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {perform.data !== undefined && organisation !== undefined && (
        <section className="notice wait" data-attack-done={perform.data.attack.name}>
          <h2>{words['attack.done'](perform.data.attack.title, organisation.name)}</h2>
          <p>{perform.data.did}</p>
          <p>{words['attack.next']}</p>
        </section>
      )}
      {perform.error !== null && <ErrorNotice error={perform.error} />}
      {operator === undefined ? (
        personas.isSuccess && <p className="soft">{words['attack.operator']}</p>
      ) : (
        <SelfCheck key={operator.id} operator={operator} urged={perform.data !== undefined} />
      )}
      <ul className="grid">
        {attacks.map((attack) => (
          <li key={attack.name} className="card try">
            <div className="stack">
              <h2>{attack.title}</h2>
              <p>{attack.does}</p>
              <p className="small soft">
                {words['attack.noticedBy']}: {attack.noticedBy}
              </p>
              <Snippet title={words['attack.command']} code={`npx careledger attack ${attack.name} --org ${organisation?.id ?? 'ID'}`} />
            </div>
            <Button
              kind="danger"
              icon="attack"
              busy={perform.isPending || organisation === undefined}
              label={`${words['attack.perform']}: ${attack.title}`}
              onPress={() => perform.mutate(attack)}
            >
              {words['attack.perform']}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The operator's two buttons, without leaving the page. */
function SelfCheck({ operator, urged }: { readonly operator: Persona; readonly urged: boolean }) {
  const words = useWords(hubWords);
  const announce = useAnnounce();
  const session = useQuery({ queryKey: ['hub', 'operator', operator.id], queryFn: () => openSession(operator.id), staleTime: Infinity });
  const verify = useMutation({
    mutationFn: () => getJson<VerificationReport>(targetOf(session.data!), '/node/api/verify', { method: 'POST' }),
    onSuccess: (report) => announce(report.holds ? words['attack.holds'] : words['attack.found'](report.findings.length)),
  });
  const heal = useMutation({
    mutationFn: () => getJson<HealReport>(targetOf(session.data!), '/node/api/heal', { method: 'POST' }),
    onSuccess: () => verify.reset(),
  });
  const report = heal.data?.after ?? verify.data;
  return (
    <section className="stack">
      <div className="row">
        <Button
          kind={urged ? 'primary' : 'plain'}
          icon="shield"
          busy={verify.isPending || session.data === undefined}
          onPress={() => (heal.reset(), verify.mutate())}
        >
          {words['attack.verify']}
        </Button>
        {verify.data !== undefined && !verify.data.holds && (
          <Button kind="primary" icon="heal" busy={heal.isPending} onPress={() => heal.mutate()}>
            {words['attack.heal']}
          </Button>
        )}
      </div>
      {(session.error ?? verify.error ?? heal.error) !== null && <ErrorNotice error={(session.error ?? verify.error ?? heal.error)!} />}
      {heal.data !== undefined && <HealedReport report={heal.data} />}
      {report !== undefined && <ReportView report={report} />}
    </section>
  );
}
