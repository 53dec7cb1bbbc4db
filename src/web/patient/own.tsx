/** The patient whose desk this is: pages below need the id before they can ask for anything. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Session } from '../../contract/network.ts';
import type { Me } from '../../contract/portal.ts';
import { meQuery } from '../api/portal.ts';
import { useSession } from '../api/session.ts';
import { Loaded } from '../ui/loaded.tsx';

export interface Own {
  readonly session: Session;
  readonly me: Me;
  readonly patientId: string;
}

export function WithOwn({ children }: { readonly children: (own: Own) => ReactNode }) {
  const session = useSession()!;
  const me = useQuery(meQuery(session));
  return <Loaded query={me}>{(data) => children({ session, me: data, patientId: data.patientId ?? '' })}</Loaded>;
}
