/** What the patient's and the clinician's pages ask of their node. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Session } from '../../contract/network.ts';
import type { AccessRequest, Me, OrganisationRef, PatientBanner, PatientList, Share } from '../../contract/portal.ts';
import { getJson, query } from './http.ts';
import { targetOf } from './session.ts';

export const meQuery = (session: Session) =>
  queryOptions({ queryKey: ['me', session.token], queryFn: ({ signal }) => getJson<Me>(targetOf(session), '/portal/api/me', { signal }) });

export const bannerQuery = (session: Session, patientId: string) =>
  queryOptions({
    queryKey: ['patient', session.url, patientId],
    queryFn: ({ signal }) => getJson<PatientBanner>(targetOf(session), `/portal/api/patients/${patientId}`, { signal }),
  });

export const patientsQuery = (session: Session, q: string | undefined) =>
  queryOptions({
    queryKey: ['patients', session.url, q],
    queryFn: ({ signal }) => getJson<PatientList>(targetOf(session), `/portal/api/patients${query({ q })}`, { signal }),
    placeholderData: keepPreviousData,
  });

export const sharesQuery = (session: Session, patientId: string) =>
  queryOptions({
    queryKey: ['shares', session.url, patientId],
    queryFn: ({ signal }) =>
      getJson<{ readonly shares: readonly Share[] }>(targetOf(session), `/portal/api/patients/${patientId}/shares`, { signal }),
  });

export const requestsQuery = (session: Session, patientId: string) =>
  queryOptions({
    queryKey: ['requests', session.url, patientId],
    queryFn: ({ signal }) =>
      getJson<{ readonly requests: readonly AccessRequest[] }>(targetOf(session), `/portal/api/patients/${patientId}/requests`, { signal }),
    refetchInterval: 10_000,
  });

export const organisationsQuery = (session: Session) =>
  queryOptions({
    queryKey: ['organisations', session.url],
    queryFn: ({ signal }) =>
      getJson<{ readonly organisations: readonly OrganisationRef[] }>(targetOf(session), '/portal/api/organisations', { signal }),
    staleTime: 60_000,
  });
