/** What a share would show, counted before it is made: under the very visibility that the decision would give. */
import { decide } from '../../access/decision.ts';
import type { Visibility } from '../../records/model.ts';
import type { ShareCategory, SharePurpose } from '../../contract/portal.ts';
import { typesOf } from '../categories.ts';
import type { Parts } from '../parts.ts';
import { machineOf } from '../peer-principal.ts';

export interface WantedShare {
  readonly patient: string;
  readonly grantee: string;
  readonly purpose: SharePurpose;
  readonly categories: readonly ShareCategory[];
  readonly includeSensitive: boolean;
}

/** The visibility that an active share like this gives to the grantee. */
export function visibilityOfShare(parts: Pick<Parts, 'organisation' | 'access' | 'now'>, wanted: WantedShare): Visibility {
  const { organisation, access, now } = parts;
  const time = now();
  const share = {
    grantId: '',
    custodian: organisation,
    patient: wanted.patient,
    grantee: wanted.grantee,
    purpose: wanted.purpose,
    types: typesOf(wanted.categories),
    includeSensitive: wanted.includeSensitive,
    since: time,
    until: time + 1,
    closed: false,
  };
  const request = { action: 'read', types: [], custodian: organisation, patient: wanted.patient } as const;
  const principal = { ...machineOf(wanted.grantee, time), role: 'clinician', kind: 'person' } as const;
  return decide(request, {
    now: time,
    ledgerAge: 0,
    principal,
    requester: 'active',
    custodian: 'active',
    shares: [share],
    denies: [],
    policy: access.policy,
  }).visibility;
}
