/** The table of decisions: each row is a request, the facts that differ from the usual ones, and what must come out. */
import type { Facts, ShareFact } from '../../src/access/facts.ts';
import type { Principal, Role } from '../../src/access/principal.ts';
import type { AccessRequest } from '../../src/access/request.ts';
import { parseScope } from '../../src/access/scopes.ts';
import { sandboxPolicy } from '../../src/access/policy/sandbox.ts';

export const NOW = Date.UTC(2026, 4, 3, 12);
const DAY = 86_400_000;

export function who(role: Role, organisation: string, change: Partial<Principal> & { readonly scope?: string } = {}): Principal {
  const context = role === 'patient' ? 'patient' : role === 'system' ? 'system' : 'user';
  const { scope, ...rest } = change;
  const scopes = (scope ?? `${context}/*.cruds`)
    .split(' ')
    .filter(Boolean)
    .map((text) => parseScope(text)!);
  const purpose = {
    patient: 'patient-request',
    clinician: 'treatment',
    'privacy-officer': 'privacy-review',
    operator: 'operations',
    system: 'operations',
  } as const;
  return {
    id: `${role}-1`,
    kind: role === 'system' ? 'machine' : 'person',
    name: 'Somebody',
    role,
    organisation,
    ...(role === 'patient' ? { patient: 'p1' } : {}),
    purpose: purpose[role],
    scopes,
    expires: NOW + DAY,
    ...rest,
  };
}

export const share = (change: Partial<ShareFact> = {}): ShareFact => ({
  grantId: '00112233445566778899aabbccddeeff',
  custodian: 'a',
  patient: 'p1',
  grantee: 'b',
  purpose: 'treatment',
  types: undefined,
  includeSensitive: false,
  since: NOW - DAY,
  until: NOW + DAY,
  closed: false,
  ...change,
});

export interface Case {
  readonly title: string;
  readonly request: AccessRequest;
  readonly facts: Partial<Facts> & { readonly principal: Principal };
  /** `permit`, or the code of the refusal. */
  readonly expect: string;
  readonly rule: string;
  readonly patients?: 'all' | readonly string[];
  readonly onlyTypes?: readonly string[];
  readonly withheld?: readonly string[];
  readonly shown?: readonly string[];
  readonly exception?: string;
}

const read = (types: readonly string[] = ['Observation'], custodian = 'a', patient?: string): AccessRequest => ({
  action: 'read',
  types,
  custodian,
  ...(patient === undefined ? {} : { patient }),
});
const across = read([], 'a', 'p1');
const peer = who('clinician', 'b');

export const cases: readonly Case[] = [
  // Within one organisation
  {
    title: 'a clinician reads at home',
    request: read(),
    facts: { principal: who('clinician', 'a') },
    expect: 'permit',
    rule: 'organisation-policy:clinician-treatment',
    patients: 'all',
    withheld: ['PSYTHPN'],
    shown: ['SUD'],
  },
  {
    title: 'a clinician who names one patient sees that one',
    request: read(['Observation'], 'a', 'p9'),
    facts: { principal: who('clinician', 'a') },
    expect: 'permit',
    rule: 'organisation-policy:clinician-treatment',
    patients: ['p9'],
  },
  {
    title: 'a clinician for research at home',
    request: { ...read(), purpose: 'research' },
    facts: { principal: who('clinician', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'a patient reads their own',
    request: read(),
    facts: { principal: who('patient', 'a') },
    expect: 'permit',
    rule: 'organisation-policy:patient-own-record',
    patients: ['p1'],
  },
  {
    title: 'a patient names somebody else',
    request: read(['Observation'], 'a', 'p2'),
    facts: { principal: who('patient', 'a') },
    expect: 'access.role',
    rule: 'principal',
  },
  {
    title: 'a patient writes a clinical fact',
    request: { action: 'create', types: ['Observation'], custodian: 'a' },
    facts: { principal: who('patient', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'a patient changes shares',
    request: { action: 'change-shares', types: [], custodian: 'a', patient: 'p1' },
    facts: { principal: who('patient', 'a') },
    expect: 'permit',
    rule: 'organisation-policy:patient-own-record',
    patients: ['p1'],
  },
  {
    title: 'an app with a result scope changes shares',
    request: { action: 'change-shares', types: [], custodian: 'a', patient: 'p1' },
    facts: { principal: who('patient', 'a', { scope: 'patient/Observation.rs' }) },
    expect: 'access.scope',
    rule: 'principal',
  },
  {
    title: 'a clinician changes a patient’s shares',
    request: { action: 'change-shares', types: [], custodian: 'a', patient: 'p1' },
    facts: { principal: who('clinician', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'a clinician looks at the access log',
    request: { action: 'see-accesses', types: [], custodian: 'a', patient: 'p1' },
    facts: { principal: who('clinician', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'a privacy officer looks at the access log',
    request: { action: 'see-accesses', types: [], custodian: 'a', patient: 'p1' },
    facts: { principal: who('privacy-officer', 'a') },
    expect: 'permit',
    rule: 'organisation-policy:privacy-officer-review',
  },
  {
    title: 'a privacy officer reads clinical content',
    request: read(),
    facts: { principal: who('privacy-officer', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'an operator reads clinical content',
    request: read(),
    facts: { principal: who('operator', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'an operator verifies',
    request: { action: 'verify', types: [], custodian: 'a' },
    facts: { principal: who('operator', 'a', { scope: '' }) },
    expect: 'permit',
    rule: 'organisation-policy:operator-node',
  },
  {
    title: 'a clinician heals the disk',
    request: { action: 'heal', types: [], custodian: 'a' },
    facts: { principal: who('clinician', 'a') },
    expect: 'access.role',
    rule: 'organisation-policy',
  },
  {
    title: 'a system reads everything, psychotherapy notes included',
    request: read(),
    facts: { principal: who('system', 'a') },
    expect: 'permit',
    rule: 'organisation-policy:system-integration',
    patients: 'all',
    shown: ['PSYTHPN'],
  },
  {
    title: 'a suspended organisation treats its own patients',
    request: read(),
    facts: { principal: who('clinician', 'a'), requester: 'suspended', custodian: 'suspended' },
    expect: 'permit',
    rule: 'organisation-policy:clinician-treatment',
  },
  // Tokens and scopes
  {
    title: 'an expired token',
    request: read(),
    facts: { principal: who('clinician', 'a', { expires: NOW }) },
    expect: 'access.token-expired',
    rule: 'principal',
  },
  {
    title: 'a token without a valid expiry',
    request: read(),
    facts: { principal: who('clinician', 'a', { expires: Number.NaN }) },
    expect: 'access.token-expired',
    rule: 'principal',
  },
  {
    title: 'a read-only scope writes',
    request: { action: 'update', types: ['Observation'], custodian: 'a' },
    facts: { principal: who('system', 'a', { scope: 'system/*.rs' }) },
    expect: 'access.scope',
    rule: 'principal',
  },
  {
    title: 'a scope for another type',
    request: read(['Condition']),
    facts: { principal: who('clinician', 'a', { scope: 'user/Observation.rs' }) },
    expect: 'access.scope',
    rule: 'principal',
  },
  {
    title: 'a narrow scope narrows a request for everything',
    request: read([]),
    facts: { principal: who('clinician', 'a', { scope: 'user/Observation.rs user/Patient.r' }) },
    expect: 'permit',
    rule: 'organisation-policy:clinician-treatment',
    onlyTypes: ['Observation', 'Patient'],
  },
  {
    title: 'no scopes at all',
    request: read([]),
    facts: { principal: who('system', 'a', { scope: '' }) },
    expect: 'access.scope',
    rule: 'principal',
  },
  // Across organisations
  { title: 'nothing shared', request: across, facts: { principal: peer }, expect: 'access.no-basis', rule: 'default' },
  {
    title: 'shared',
    request: across,
    facts: { principal: peer, shares: [share()] },
    expect: 'permit',
    rule: 'patient-permits',
    patients: ['p1'],
    withheld: ['SUD', 'PSYTHPN', 'R'],
  },
  {
    title: 'shared with sensitive records: the law still locks psychotherapy notes',
    request: across,
    facts: { principal: peer, shares: [share({ includeSensitive: true })] },
    expect: 'permit',
    rule: 'patient-permits',
    withheld: ['PSYTHPN'],
    shown: ['SUD'],
  },
  {
    title: 'shared results only',
    request: across,
    facts: { principal: peer, shares: [share({ types: ['Observation'] })] },
    expect: 'permit',
    rule: 'patient-permits',
    onlyTypes: ['Observation', 'Patient', ...sandboxPolicy.sharedTypes],
  },
  {
    title: 'narrow share under a narrow scope',
    request: across,
    facts: { principal: who('clinician', 'b', { scope: 'user/Condition.rs user/Patient.rs' }), shares: [share({ types: ['Observation'] })] },
    expect: 'permit',
    rule: 'patient-permits',
    onlyTypes: ['Patient'],
  },
  {
    title: 'two shares add up in types',
    request: across,
    facts: { principal: peer, shares: [share({ types: ['Observation'], includeSensitive: true }), share({ types: ['Condition'] })] },
    expect: 'permit',
    rule: 'patient-permits',
    onlyTypes: ['Observation', 'Condition', 'Patient', ...sandboxPolicy.sharedTypes],
    withheld: ['SUD'],
  },
  {
    title: 'closed',
    request: across,
    facts: { principal: peer, shares: [share({ closed: true })] },
    expect: 'access.share-stopped',
    rule: 'patient-permits',
  },
  {
    title: 'expired this moment',
    request: across,
    facts: { principal: peer, shares: [share({ until: NOW })] },
    expect: 'access.share-stopped',
    rule: 'patient-permits',
  },
  {
    title: 'not begun',
    request: across,
    facts: { principal: peer, shares: [share({ since: NOW + 1 })] },
    expect: 'access.share-stopped',
    rule: 'patient-permits',
  },
  {
    title: 'closed, and opened anew',
    request: across,
    facts: { principal: peer, shares: [share({ closed: true }), share()] },
    expect: 'permit',
    rule: 'patient-permits',
  },
  {
    title: 'shared with somebody else',
    request: across,
    facts: { principal: peer, shares: [share({ grantee: 'c' })] },
    expect: 'access.no-basis',
    rule: 'default',
  },
  {
    title: 'another patient’s share',
    request: across,
    facts: { principal: peer, shares: [share({ patient: 'p2' })] },
    expect: 'access.no-basis',
    rule: 'default',
  },
  {
    title: 'another custodian’s share',
    request: across,
    facts: { principal: peer, shares: [share({ custodian: 'c' })] },
    expect: 'access.no-basis',
    rule: 'default',
  },
  {
    title: 'shared for treatment, asked for research',
    request: { ...across, purpose: 'research' },
    facts: { principal: peer, shares: [share()] },
    expect: 'access.no-basis',
    rule: 'default',
  },
  {
    title: 'shared for a second opinion, read for treatment',
    request: across,
    facts: { principal: peer, shares: [share({ purpose: 'second-opinion' })] },
    expect: 'permit',
    rule: 'patient-permits',
  },
  {
    title: 'refused by the patient, although shared',
    request: across,
    facts: { principal: peer, shares: [share()], denies: [{ patient: 'p1' }] },
    expect: 'access.denied-by-patient',
    rule: 'patient-denies',
  },
  {
    title: 'refused for somebody else',
    request: across,
    facts: { principal: peer, shares: [share()], denies: [{ patient: 'p1', grantee: 'c' }] },
    expect: 'permit',
    rule: 'patient-permits',
  },
  {
    title: 'a change to a shared record',
    request: { action: 'update', types: ['Observation'], custodian: 'a', patient: 'p1' },
    facts: { principal: peer, shares: [share()] },
    expect: 'access.role',
    rule: 'patient-permits',
  },
  {
    title: 'no patient named: all who have shared everything',
    request: read([], 'a'),
    facts: { principal: peer, shares: [share(), share({ patient: 'p2' })] },
    expect: 'permit',
    rule: 'patient-permits',
    patients: ['p1', 'p2'],
    withheld: ['SUD'],
  },
  {
    title: 'no patient named: closed, narrow and foreign shares do not count',
    request: read([], 'a'),
    facts: {
      principal: peer,
      shares: [
        share(),
        share({ patient: 'p2', closed: true }),
        share({ patient: 'p3', types: ['Observation'] }),
        share({ patient: 'p4', grantee: 'c' }),
        share({ patient: 'p5', custodian: 'c' }),
      ],
    },
    expect: 'permit',
    rule: 'patient-permits',
    patients: ['p1'],
  },
  {
    title: 'no patient named: who refused is left out',
    request: read([], 'a'),
    facts: { principal: peer, shares: [share(), share({ patient: 'p2' })], denies: [{ patient: 'p2' }] },
    expect: 'permit',
    rule: 'patient-permits',
    patients: ['p1'],
  },
  {
    title: 'no patient named, nothing shared whole',
    request: read([], 'a'),
    facts: { principal: peer, shares: [share({ types: ['Observation'] })] },
    expect: 'access.no-basis',
    rule: 'patient-permits',
  },
  {
    title: 'no patient named, sensitive records with one of two',
    request: read([], 'a'),
    facts: { principal: peer, shares: [share({ includeSensitive: true }), share({ patient: 'p2' })] },
    expect: 'permit',
    rule: 'patient-permits',
    withheld: ['SUD'],
  },
  {
    title: 'a patient of b reads at a',
    request: across,
    facts: { principal: who('patient', 'b'), shares: [share()] },
    expect: 'access.role',
    rule: 'patient-permits',
  },
  {
    title: 'an operator of b reads at a',
    request: across,
    facts: { principal: who('operator', 'b', { scope: '' }), shares: [share()] },
    expect: 'access.scope',
    rule: 'principal',
  },
  {
    title: 'the asking organisation is suspended',
    request: across,
    facts: { principal: peer, shares: [share()], requester: 'suspended' },
    expect: 'access.membership',
    rule: 'membership',
  },
  {
    title: 'the asking organisation is unknown',
    request: across,
    facts: { principal: peer, shares: [share()], requester: 'unknown' },
    expect: 'access.membership',
    rule: 'membership',
  },
  {
    title: 'the custodian is suspended',
    request: across,
    facts: { principal: peer, shares: [share()], custodian: 'suspended' },
    expect: 'access.membership',
    rule: 'membership',
  },
  {
    title: 'the ledger is behind: treatment goes on, flagged',
    request: across,
    facts: { principal: peer, shares: [share()], ledgerAge: 60_000 },
    expect: 'permit',
    rule: 'patient-permits',
    exception: 'ledger-behind',
  },
  {
    title: 'the ledger is behind for too long',
    request: across,
    facts: { principal: peer, shares: [share()], ledgerAge: 3_600_000 },
    expect: 'access.ledger-stale',
    rule: 'ledger-freshness',
  },
  {
    title: 'the age of the ledger is not a number',
    request: across,
    facts: { principal: peer, shares: [share()], ledgerAge: Number.NaN },
    expect: 'access.ledger-stale',
    rule: 'ledger-freshness',
  },
  {
    title: 'a network that opts out',
    request: across,
    facts: { principal: peer, policy: { ...sandboxPolicy, network: { treatment: { default: 'opt-out', basis: { code: 'x', words: 'y' } } } } },
    expect: 'permit',
    rule: 'network-default',
    patients: ['p1'],
    withheld: ['SUD'],
  },
];
