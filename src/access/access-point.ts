/** The access layer of one node, as the gateway and the sharing layer use it. */
import type { Result } from '../base/result.ts';
import type { Unit, Written } from '../records/model.ts';
import type { RecordWriter } from '../records/ports.ts';
import type { Touched } from './audit.ts';
import { decide, type Decision } from './decision.ts';
import type { DenyFact, MemberStatus, ShareFact } from './facts.ts';
import type { Policy } from './policy/model.ts';
import type { Principal } from './principal.ts';
import { release, type Released } from './release.ts';
import type { AccessRequest } from './request.ts';
import type { Authenticate } from './tokens.ts';

/** Where facts come from; sharing and network implement it. Asked only for requests across organisations. */
export interface FactSource {
  member(organisation: string): Promise<MemberStatus>;
  /** Age of the newest ledger block, milliseconds. */
  ledgerAge(): number;
  /** Shares of the patient (undefined: of every patient) with this grantee, closed ones included. */
  shares(custodian: string, patient: string | undefined, grantee: string): Promise<readonly ShareFact[]>;
  denies(custodian: string, patient: string | undefined): Promise<readonly DenyFact[]>;
  /** Name of an organisation for people. */
  nameOf(organisation: string): Promise<string>;
}

export interface AccessParts {
  /** The node's own organisation id. */
  readonly organisation: string;
  readonly policy: Policy;
  readonly authenticate: Authenticate;
  readonly writer: RecordWriter;
  readonly facts: FactSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface ReleaseOf<T> {
  readonly principal: Principal;
  readonly request: AccessRequest;
  readonly decision: Decision;
  /** `fhir`, `portal`, `network`, `node`. */
  readonly through: string;
  readonly touched: readonly Touched[];
  readonly what?: string;
  readonly unit?: Unit;
  readonly answer: (written: Written) => T | Promise<T>;
}

export interface AccessPoint {
  readonly organisation: string;
  readonly policy: Policy;
  authenticate(authorization: string | undefined): Promise<Result<Principal>>;
  decide(principal: Principal, request: AccessRequest): Promise<Decision>;
  /** Makes the audit events durable (with the unit, if any) and only then gives the answer; logs and returns the refusal of a denied decision. */
  release<T>(of: ReleaseOf<T>): Promise<Result<Released<T>>>;
}

/** Within one organisation its membership is not asked. */
const ACTIVE: MemberStatus = 'active';

export function accessPoint(parts: AccessParts): AccessPoint {
  const { organisation, policy, facts, now } = parts;
  return {
    organisation,
    policy,
    authenticate: (authorization) => parts.authenticate(authorization, now()),
    async decide(principal, request) {
      const across = request.custodian !== principal.organisation;
      const grantee = principal.organisation;
      const patient = across ? request.patient : undefined;
      const [requester, custodian, shares, denies] = await Promise.all([
        across ? facts.member(grantee) : ACTIVE,
        across ? facts.member(request.custodian) : ACTIVE,
        across ? facts.shares(request.custodian, patient, grantee) : [],
        across ? facts.denies(request.custodian, patient) : [],
      ]);
      return decide(request, { now: now(), ledgerAge: across ? facts.ledgerAge() : 0, principal, requester, custodian, shares, denies, policy });
    },
    async release(of) {
      const organisationName = await facts.nameOf(of.principal.organisation);
      const { principal, request, decision, through, touched } = of;
      const audit = {
        principal,
        request,
        decision,
        through,
        touched,
        organisationName,
        time: now(),
        ...(of.what === undefined ? {} : { what: of.what }),
      };
      return release(parts.writer, organisation, { audit, ...(of.unit === undefined ? {} : { unit: of.unit }), answer: of.answer });
    },
  };
}
