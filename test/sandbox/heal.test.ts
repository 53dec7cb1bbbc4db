/** Damage in many stored versions at once, brought back from a peer's copy: what the FHIR interface serves afterwards is byte for byte what it served before. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HealReport } from '../../src/contract/network.ts';
import type { PatientList } from '../../src/contract/portal.ts';
import { clusterOptions } from '../../src/sandbox/databases.ts';
import { databaseName } from '../../src/store/databases.ts';
import { runningPostmaster } from '../../src/store/postgres-process.ts';
import { seededRandom } from '../support/damage.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const CUSTODIAN = 'city-hospital';
const GRANTEE = 'northside-clinic';
const DAMAGED = 12;
const TYPES = ['Encounter', 'Observation', 'Condition', 'MedicationRequest', 'Immunization', 'DiagnosticReport'];

interface Version {
  /** As in an address: `Observation/123/_history/1`. */
  readonly name: string;
  readonly sequence: number;
  readonly bytes: Buffer;
}

describe('healing', () => {
  let sandbox: TestSandbox;
  let database: pg.Client;
  let system: string;
  beforeAll(async () => {
    sandbox = await startSandbox({ people: 8 });
    system = await sandbox.token(CUSTODIAN, 'system');
    const running = await runningPostmaster(`${clusterOptions(sandbox.dataDirectory).directory}/data`);
    database = new pg.Client({ host: running!.socketDirectory, port: 5432, user: 'careledger', database: databaseName(CUSTODIAN) });
    await database.connect();
    await database.query('set search_path = careledger');
  });
  afterAll(async () => {
    await database?.end();
    await sandbox?.[Symbol.asyncDispose]();
  });

  const get = (organisation: string, path: string, token: string): Promise<Response> =>
    fetch(`${sandbox.url(organisation)}${path}`, { headers: { authorization: `Bearer ${token}` } });

  /** Records of which the clinic has a copy, with what the hospital serves for them. */
  async function copied(): Promise<readonly Version[]> {
    const clinician = await sandbox.token(GRANTEE, 'clinician');
    const { patients } = (await (await get(GRANTEE, '/portal/api/patients', clinician)).json()) as PatientList;
    // The portal names somebody else's patient by organisation and id.
    const id = patients
      .find(({ shared }) => shared)!
      .id.split('~')
      .at(-1)!;
    const versions: Version[] = [];
    for (const type of TYPES) {
      const found = (await (await get(GRANTEE, `/shared/${CUSTODIAN}/fhir/${type}?patient=${id}&_count=200`, clinician)).json()) as {
        entry?: readonly { resource: { id: string; meta: { versionId: string } } }[];
      };
      for (const { resource } of found.entry ?? []) {
        const { versionId } = resource.meta;
        // Its name has the position in the log.
        const receipt = await get(CUSTODIAN, `/node/api/records/${type}/${resource.id}/${versionId}/receipt`, system);
        const name = `${type}/${resource.id}/_history/${versionId}`;
        versions.push({
          name,
          sequence: Number(/-(\d+)\.cbor/.exec(receipt.headers.get('content-disposition') ?? '')![1]),
          bytes: await served(name),
        });
      }
    }
    return versions;
  }

  async function served(name: string): Promise<Buffer> {
    const answer = await get(CUSTODIAN, `/fhir/${name}`, system);
    expect(answer.status, name).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }

  test(`${DAMAGED} versions with a changed byte: none is served, all are located, and all come back byte for byte`, async () => {
    const versions = await copied();
    expect(versions.length).toBeGreaterThan(DAMAGED);
    const random = seededRandom(Number(process.env['CARELEDGER_SEED'] ?? 7));
    const damaged = new Set<Version>();
    while (damaged.size < DAMAGED) damaged.add(versions[random(versions.length)]!);
    for (const { sequence } of damaged) {
      const column = ['sealed', 'wrapped'][random(2)]!;
      const change = `set_byte(${column}, $2 % length(${column}), get_byte(${column}, $2 % length(${column})) # $3)`;
      const { rowCount } = await database.query(`update entry set ${column} = ${change} where seq = $1`, [sequence, random(10_000), 1 + random(255)]);
      expect(rowCount).toBe(1);
    }
    for (const { name } of damaged) expect((await get(CUSTODIAN, `/fhir/${name}`, system)).status, name).toBeGreaterThanOrEqual(500);

    const noticed = await sandbox.cli('verify', '--all', '--org', CUSTODIAN, '--json');
    expect(noticed.code).toBe(1);
    const places = [...noticed.stdout.matchAll(/"where": "entry (\d+)"/g)].map(([, sequence]) => Number(sequence));
    expect(new Set(places)).toEqual(new Set([...damaged].map(({ sequence }) => sequence)));

    const healed = JSON.parse((await sandbox.cli('heal', '--org', CUSTODIAN, '--json')).stdout) as HealReport;
    expect(healed.failed).toEqual([]);
    expect(healed.healed.filter(({ from }) => from === 'Northside Clinic').length).toBeGreaterThanOrEqual(DAMAGED);
    expect(healed.after.holds).toBe(true);
    for (const { name, bytes } of versions) expect((await served(name)).equals(bytes), name).toBe(true);
    expect((await sandbox.cli('verify', '--all')).code).toBe(0);
  });
});
