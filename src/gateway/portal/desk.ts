/** What every route of the portal stands on: who asks, whose record it is about, under which decision, and how it is released. */
import type { FastifyRequest } from 'fastify';
import type { Decision } from '../../access/decision.ts';
import type { Touched } from '../../access/audit.ts';
import type { Principal } from '../../access/principal.ts';
import { actions, type AccessRequest, type Action } from '../../access/request.ts';
import type { Released } from '../../access/release.ts';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, unwrap, type Result } from '../../base/result.ts';
import type { OrganisationRef, Proof } from '../../contract/portal.ts';
import type { Space } from '../../records/model.ts';
import type { OpenedCopy } from '../../sharing/grantee/open-copy.ts';
import { gatewayErrors } from '../errors.ts';
import { param } from '../parameters.ts';
import type { PortalDependencies } from './dependencies.ts';
import { parsePatientRef } from './patient-ref.ts';

/** A patient's record as this principal may see it. */
export interface View {
  readonly principal: Principal;
  /** As in the address. */
  readonly ref: string;
  readonly space: Space;
  readonly custodian: OrganisationRef;
  readonly patient: string;
  readonly request: AccessRequest;
  readonly decision: Decision;
  readonly copy: OpenedCopy | undefined;
}

export interface Desk {
  readonly deps: PortalDependencies;
  principal(request: FastifyRequest): Promise<Principal>;
  /** The patient of the address, for an action on their record. Throws coded exceptions: refusals are logged before. */
  view(request: FastifyRequest, action: Action): Promise<View>;
  release<T>(
    view: View,
    of: { readonly what?: string; readonly counts: Readonly<Record<string, number>>; readonly answer: () => T | Promise<T> },
  ): Promise<Result<Released<T>>>;
  /** A request about no patient in particular. Throws when it is denied, after the refusal is logged. */
  decide(principal: Principal, request: AccessRequest): Promise<Decision>;
  releaseGeneral<T>(
    principal: Principal,
    request: AccessRequest,
    decision: Decision,
    of: { readonly what?: string; readonly touched: readonly Touched[]; readonly answer: () => T | Promise<T> },
  ): Promise<Result<Released<T>>>;
  organisation(id: string): Promise<OrganisationRef>;
  recordProof(
    view: Pick<View, 'ref'>,
    record: { readonly type: string; readonly id: string; readonly version: number; readonly sequence: number },
  ): Promise<Proof>;
  eventProof(ref: string, sequence: number): Promise<Proof>;
}

const notFound = () =>
  new CodedException(
    codedError(gatewayErrors, 'gateway.not-found', {
      message: 'There is no such patient here.',
      hint: 'Look for the patient by name, or request access if another organisation treats them.',
    }),
  );

export function createDesk(deps: PortalDependencies): Desk {
  const { organisation: own, sharing, reader, log, directory } = deps;
  const { access } = sharing;

  const organisation = async (id: string): Promise<OrganisationRef> => {
    const member = await directory.member(id);
    return { id, name: member?.name ?? id, kind: member?.kind ?? 'hospital' };
  };
  const principal: Desk['principal'] = async (request) => unwrap(await access.authenticate(request.headers.authorization));

  const decide: Desk['decide'] = async (who, request) => {
    const decision = await access.decide(who, request);
    if (decision.effect === 'deny') {
      const touched = request.patient === undefined ? [] : [{ patient: request.patient, counts: {} }];
      unwrap(await access.release({ principal: who, request, decision, through: 'portal', touched, answer: () => undefined }));
    }
    return decision;
  };

  const proof = async (path: string, sequence: number): Promise<Proof> => ({
    receiptUrl: `${path}/receipt`,
    contentUrl: `${path}/content`,
    organisation: own,
    anchored: sequence < log.anchored(),
  });

  return {
    deps,
    principal,
    decide,
    organisation,
    async view(request, action) {
      const who = await principal(request);
      const ref = param(request, 'id');
      const parsed = parsePatientRef(ref);
      if (!parsed) throw notFound();
      const { custodian, patient } = parsed;
      if (custodian !== undefined && custodian !== own.id) {
        // Log, shares and requests of a copied record are its custodian's: an own patient of the same id is somebody else.
        if (!actions[action].across) await decide(who, { action, types: [], custodian, patient });
        const copy = unwrap(await sharing.openCopy(who, custodian, patient));
        return {
          principal: who,
          ref,
          space: custodian,
          custodian: await organisation(custodian),
          patient,
          request: { ...copy.request, action },
          decision: copy.decision,
          copy,
        };
      }
      const asked: AccessRequest = { action, types: [], custodian: own.id, patient };
      const decision = await decide(who, asked);
      if (decision.visibility.patients !== 'all' && !decision.visibility.patients.includes(patient)) throw notFound();
      const known = await reader.read('own', { type: 'Patient', id: patient }, { patients: [patient], sharedTypes: [], withoutLabels: [] });
      if (!known || known.deleted) throw notFound();
      return { principal: who, ref, space: 'own', custodian: own, patient, request: asked, decision, copy: undefined };
    },
    async release(view, { what, counts, answer }) {
      const { principal: who, request, decision, patient, copy, custodian } = view;
      const touched = [{ patient, counts }];
      const released = await access.release({
        principal: who,
        request,
        decision,
        through: 'portal',
        touched,
        answer,
        ...(what === undefined ? {} : { what }),
      });
      if (copy) sharing.reportTo(custodian.id);
      return released;
    },
    releaseGeneral: (who, request, decision, { what, touched, answer }) =>
      access.release({ principal: who, request, decision, through: 'portal', touched, answer, ...(what === undefined ? {} : { what }) }),
    recordProof: ({ ref }, { type, id, version, sequence }) => proof(`/portal/api/patients/${ref}/records/${type}/${id}/${version}`, sequence),
    eventProof: (ref, sequence) => proof(`/portal/api/patients/${ref}/events/${sequence}`, sequence),
  };
}

export const found = <T>(value: T | undefined): Result<T> => (value === undefined ? fail(codedError(gatewayErrors, 'gateway.not-found')) : ok(value));
