/** A small network for tests: real ledger, real databases, real channel; one process. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519Sign } from '#ed25519';
import { parseScope } from '../../src/access/scopes.ts';
import { sandboxPolicy } from '../../src/access/policy/sandbox.ts';
import type { Principal } from '../../src/access/principal.ts';
import { authenticator, tokenKey, type TokenKey } from '../../src/access/tokens.ts';
import { utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { ShareRequest } from '../../src/contract/portal.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { extractCopy, referencesOf } from '../../src/gateway/copies.ts';
import { subjectOf } from '../../src/gateway/portal/subject.ts';
import { authorityPublicKey, certificateAuthority } from '../../src/network/certificates.ts';
import { channelClient, type ChannelClient } from '../../src/network/client.ts';
import { memberDirectory, type Directory } from '../../src/network/directory.ts';
import type { ChannelIdentity } from '../../src/network/identity.ts';
import { leafKeeper } from '../../src/network/leaf-keeper.ts';
import { startChannelServer, type ChannelServer } from '../../src/network/server.ts';
import type { StoredVersion, Unit, Visibility, Written } from '../../src/records/model.ts';
import { openRecords, type Records } from '../../src/records/open.ts';
import type { Result } from '../../src/base/result.ts';
import { createSharing, type Sharing } from '../../src/sharing/sharing.ts';
import { organisationKeys } from '../../src/vault/organisation-keys.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { freshDatabase } from '../support/postgres.ts';
import { genesisOf, seedOf, transactionOf } from '../support/ledger.ts';

export const everything: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
export const wholeRecord = (organisationId: string, change: Partial<ShareRequest> = {}): ShareRequest => ({
  organisationId,
  purpose: 'treatment',
  categories: ['everything'],
  includeSensitive: false,
  until: inDays(30),
  ...change,
});

export interface TestNode {
  readonly organisation: string;
  readonly records: Records;
  readonly sharing: Sharing;
  readonly directory: Directory;
  readonly channel: ChannelClient;
  readonly identity: ChannelIdentity;
  readonly server: ChannelServer;
  readonly tokens: TokenKey;
  /** Set to make the next appends fail. */
  fault: 'none' | 'fail' | 'throw';
  /** Called with every unit before it is written, and waited for. */
  beforeAppend: (unit: Unit) => void | Promise<void>;
  clinician(name?: string): Principal;
  patient(id: string): Principal;
  /** Writes a resource as FHIR would; the stored sequence. */
  put(resource: Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string }, version?: number): Promise<number>;
  all(space: string, patient: string): Promise<readonly StoredVersion[]>;
  /** Stops the node as a crash would (nothing is finished), and starts it again on the same database. */
  restart(): Promise<TestNode>;
  close(): Promise<void>;
}

export interface TestNetwork extends AsyncDisposable {
  readonly ledger: EmbeddedLedger;
  readonly nodes: Readonly<Record<string, TestNode>>;
  suspend(organisation: string): Promise<void>;
}

const KINDS = { alpha: 'hospital', beta: 'clinic', gamma: 'hospital' } as const;
type Name = keyof typeof KINDS;

const scopesOf = (text: string) => [parseScope(text)!];

async function startNode(
  ledger: EmbeddedLedger,
  organisation: string,
  rootKey: Uint8Array,
  database: string,
  ports: Map<string, number>,
  restarted?: (node: TestNode) => void,
): Promise<TestNode> {
  const records = unwrap(await openRecords({ organisation, rootKey: rootKeyFromBytes(rootKey), database, ledger, anchorIntervalMs: 0, readers: 3 }));
  const { keys } = records;
  const directory = memberDirectory(ledger);
  const stop = new AbortController();
  const now = () => Date.now();
  const identity: ChannelIdentity = {
    organisation,
    chainId: ledger.chainId,
    sign: (message) => ed25519Sign(keys.ledgerSeed, message),
    authority: certificateAuthority(organisation, keys.tlsSeed),
    directory,
    now,
  };
  const leaves = leafKeeper(identity.authority, now);
  const channel = channelClient(identity, leaves, (to) => (ports.has(to) ? { host: '127.0.0.1', port: ports.get(to)! } : undefined));
  const tokens = await tokenKey(organisation, keys.tokenSeed);
  const control = { fault: 'none' as TestNode['fault'], beforeAppend: (_unit: Unit): void | Promise<void> => undefined };
  const sharing = createSharing({
    organisation,
    policy: sandboxPolicy,
    authenticate: authenticator(tokens),
    ledger,
    directory,
    channel,
    reader: records.reader,
    writer: {
      async append(unit): Promise<Result<Written>> {
        await control.beforeAppend(unit);
        if (control.fault === 'throw') throw new Error('the disk is gone');
        if (control.fault === 'fail') return { ok: false, error: { code: 'store.unavailable', message: 'the database is gone' } };
        return records.writer.append(unit);
      },
    },
    log: records.log,
    hpke: keys.hpke,
    signer: { publicKey: keys.ledgerPublicKey, sign: identity.sign },
    controlSeed: (patient, grantId) => keys.derive('grant-control', `${patient}\u0000${grantId}`),
    extract: extractCopy,
    references: referencesOf,
    subject: subjectOf(records.reader),
    now,
    onError: (cause) => {
      if (!stop.signal.aborted) console.error(organisation, cause);
    },
    signal: stop.signal,
  });
  const server = await startChannelServer(identity, leaves, {
    host: '127.0.0.1',
    port: 0,
    methods: sharing.methods,
    onError: (cause) => console.error(organisation, cause),
  });
  ports.set(organisation, server.port);
  await sharing.start();

  const close = async () => {
    stop.abort();
    channel.close();
    await server.close();
    await records.close();
  };
  const base = { id: 'dr-1', kind: 'person', organisation, expires: Date.now() + 3600_000 } as const;
  const node: TestNode = {
    organisation,
    records,
    sharing,
    directory,
    channel,
    identity,
    server,
    tokens,
    get fault() {
      return control.fault;
    },
    set fault(value) {
      control.fault = value;
    },
    get beforeAppend() {
      return control.beforeAppend;
    },
    set beforeAppend(value) {
      control.beforeAppend = value;
    },
    clinician: (name = 'Dr Lee') => ({ ...base, name, role: 'clinician', purpose: 'treatment', scopes: scopesOf('user/*.cruds') }),
    patient: (id) => ({
      ...base,
      id,
      name: 'Ana Diaz',
      role: 'patient',
      patient: id,
      purpose: 'patient-request',
      scopes: scopesOf('patient/*.cruds'),
    }),
    async put(resource, version = 1) {
      const content = utf8(JSON.stringify(resource));
      const { terms, compartments, labels, sortDate } = extractCopy({ type: resource.resourceType, id: resource.id, content });
      const draft = {
        space: 'own',
        type: resource.resourceType,
        id: resource.id,
        version,
        deleted: false,
        content,
        lastUpdated: Date.now(),
        patient: compartments[0],
        compartments,
        labels,
        terms,
        ...(sortDate === undefined ? {} : { sortDate }),
      };
      return unwrap(await sharing.writer.append({ versions: [draft], events: [], guards: [] })).sequences[0]!;
    },
    async all(space, patient) {
      const found: StoredVersion[] = [];
      let after: string | undefined;
      do {
        const page = await records.reader.compartment(space, patient, everything, { limit: 500, ...(after === undefined ? {} : { after }) });
        found.push(...page.records);
        after = page.next;
      } while (after !== undefined);
      return found;
    },
    async restart() {
      await close();
      const again = await startNode(ledger, organisation, rootKey, database, ports, restarted);
      restarted?.(again);
      return again;
    },
    close,
  };
  return node;
}

export async function startNetwork(...names: readonly Name[]): Promise<TestNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'careledger-network-'));
  const roots = new Map(names.map((name) => [name, new Uint8Array(randomBytes(32))]));
  const members = await Promise.all(
    names.map(async (org) => {
      const keys = await organisationKeys(rootKeyFromBytes(roots.get(org)!), org);
      return {
        org,
        name: `${org[0]!.toUpperCase()}${org.slice(1)} ${KINDS[org] === 'clinic' ? 'Clinic' : 'Hospital'}`,
        kind: KINDS[org],
        signingKey: keys.ledgerPublicKey,
        hpkeKey: keys.hpke.publicKey,
        tlsKey: authorityPublicKey(keys.tlsSeed),
      } as const;
    }),
  );
  const genesis = genesisOf(members, { time: Date.now() - 60_000 });
  unwrap(await createGenesis(directory, genesis, seedOf('node')));
  const ledger = unwrap(await openEmbeddedLedger({ directory, nodeSeed: seedOf('node') }));
  const ports = new Map<string, number>();
  const nodes: Record<string, TestNode> = {};
  for (const name of names) {
    nodes[name] = await startNode(ledger, name, roots.get(name)!, await freshDatabase(), ports, (node) => {
      nodes[node.organisation] = node;
    });
  }
  return {
    ledger,
    nodes,
    async suspend(organisation) {
      unwrap(
        await ledger.submit(
          transactionOf('authority', [{ op: 'membership.suspend', org: organisation }], {
            chainId: ledger.chainId,
            expiryHeight: ledger.head().height + 100,
          }),
        ),
      );
    },
    async [Symbol.asyncDispose]() {
      for (const node of Object.values(nodes)) await node.close();
      await ledger.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const ana = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: 'Díaz', given: ['Ana'] }],
  birthDate: '1980-02-29',
  gender: 'female',
} as const;
export const observation = (id: string, value: number, change: object = {}) =>
  ({
    resourceType: 'Observation',
    id,
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: { coding: [{ system: 'http://loinc.org', code: '4548-4', display: 'Hemoglobin A1c' }] },
    effectiveDateTime: '2026-01-0' + ((value % 9) + 1),
    valueQuantity: { value, unit: '%' },
    ...change,
  }) as const;
export const condition = (id: string, change: object = {}) =>
  ({ resourceType: 'Condition', id, subject: { reference: 'Patient/p1' }, code: { text: 'Hypertension' }, ...change }) as const;
export const sensitive = { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'SUD' }] } };
