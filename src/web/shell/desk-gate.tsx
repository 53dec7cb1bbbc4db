/** Lets a desk's pages through when somebody with its role sits at it; otherwise asks who one is, without losing the address. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import type { Persona, Session } from '../../contract/network.ts';
import { getJson } from '../api/http.ts';
import { openSession, sessionFromToken, useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { shellWords } from '../i18n/shell.ts';
import { usePortal, useStore } from '../portal.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Skeleton } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';

type DeskRole = Persona['role'];

export function DeskGate({ roles }: { readonly roles: readonly DeskRole[] }) {
  const session = useSession();
  if (session !== undefined && roles.includes(session.persona.role)) return <Outlet key={session.token} />;
  return <WhoAreYou roles={roles} />;
}

export const personasQuery = {
  queryKey: ['hub', 'personas'],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
    getJson<{ readonly personas: readonly Persona[] }>({ url: '' }, '/hub/api/personas', { signal }),
  staleTime: 60_000,
  retry: false,
} as const;

function WhoAreYou({ roles }: { readonly roles: readonly DeskRole[] }) {
  const words = useWords(shellWords);
  const expired = useStore(usePortal().expired);
  const personas = useQuery(personasQuery);
  const people = personas.data?.personas.filter((persona) => roles.includes(persona.role));
  return (
    <Page
      title={words['desk.title'](roles.map((role) => words[`role.${role}`]).join(' / '))}
      lead={expired ? words['desk.expired'] : personas.isError ? undefined : words['desk.text']}
    >
      {people !== undefined && <ChoosePerson people={people} />}
      {personas.isPending && <Skeleton lines={2} />}
      {personas.isError && <EnterToken />}
    </Page>
  );
}

/** A select of people with what is known of the chosen one, and the step through the door. */
export function ChoosePerson({
  people,
  onEnter,
  compact,
}: {
  readonly people: readonly Persona[];
  readonly onEnter?: (session: Session) => void;
  readonly compact?: boolean;
}) {
  const words = useWords(shellWords);
  const portal = usePortal();
  const [id, setId] = useState<string>();
  const chosen = people.find((persona) => persona.id === id) ?? people[0];
  const enter = useMutation({
    mutationFn: (personaId: string) => openSession(personaId),
    onSuccess: (session) => {
      portal.expired.set(false);
      portal.session.set(session);
      onEnter?.(session);
    },
  });
  if (chosen === undefined) return <p className="soft">{words['desk.nobody']}</p>;
  const byOrganisation = Map.groupBy(people, (persona) => persona.organisation.name);
  return (
    <form
      className={compact === true ? 'stack' : 'stack card narrow'}
      onSubmit={(event) => {
        event.preventDefault();
        enter.mutate(chosen.id);
      }}
    >
      <label className="field">
        <span>{words['desk.choose']}</span>
        <select value={chosen.id} onChange={(event) => setId(event.target.value)}>
          {[...byOrganisation].map(([organisation, group]) => (
            <optgroup key={organisation} label={organisation}>
              {group.map((persona) => (
                <option key={persona.id} value={persona.id}>
                  {persona.name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <span className="help">{chosen.about}</span>
      </label>
      {enter.error !== null && <ErrorNotice error={enter.error} />}
      <div>
        <Button kind="primary" submit busy={enter.isPending}>
          {words['desk.enter']}
        </Button>
      </div>
    </form>
  );
}

/** On a node without a hub: a token from the command line. */
export function EnterToken({ onEnter }: { readonly onEnter?: (session: Session) => void }) {
  const words = useWords(shellWords);
  const portal = usePortal();
  const [token, setToken] = useState('');
  const enter = useMutation({
    mutationFn: () => sessionFromToken(token.trim()),
    onSuccess: (session) => {
      portal.expired.set(false);
      portal.session.set(session);
      onEnter?.(session);
    },
  });
  return (
    <form
      className="stack card narrow"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== '') enter.mutate();
      }}
    >
      <label className="field">
        <span>{words['desk.token']}</span>
        <input value={token} onChange={(event) => setToken(event.target.value)} autoComplete="off" spellCheck={false} required />
        <span className="help">{words['desk.tokenHelp']}</span>
      </label>
      {enter.error !== null && <ErrorNotice error={enter.error} />}
      <div>
        <Button kind="primary" submit busy={enter.isPending}>
          {words['desk.tokenEnter']}
        </Button>
      </div>
    </form>
  );
}
