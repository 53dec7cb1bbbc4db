/**
 * Kills a sandbox under write load, again and again, and after each restart looks for everything that was acknowledged. Every second
 * time PostgreSQL's postmaster is killed with it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../src/synthetic/random.ts';
import { startSandbox, type TestSandbox } from '../support/sandbox.ts';

const ORGANISATION = 'city-hospital';
const WRITERS = 4;
const RESOURCES_PER_BUNDLE = 5;

/** What a server has answered for: the newest acknowledged version of each record. */
type Acknowledged = Map<string, { version: number; family: string }>;

export interface CrashReport {
  readonly kills: number;
  readonly acknowledged: number;
  /** Acknowledged writes that were not there after a restart. */
  readonly lost: readonly string[];
  /** Bundles of which one part was there and another not. */
  readonly torn: readonly string[];
  readonly slowestStartMs: number;
}

const patient = (id: string, family: string): Record<string, unknown> => ({ resourceType: 'Patient', id, active: true, name: [{ family }] });

async function writeUntilKilled(
  base: string,
  token: string,
  writer: string,
  acknowledged: Acknowledged,
  bundles: Map<string, boolean>,
): Promise<void> {
  const send = async (method: string, url: string, body: unknown): Promise<Response | undefined> => {
    try {
      const answer = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
      await answer.arrayBuffer();
      return answer;
    } catch {
      return undefined;
    }
  };
  for (let i = 0; ; i++) {
    const family = `${writer}-${i}`;
    if (i % 4 === 3) {
      // A transaction: all of it or nothing, acknowledged or not.
      const name = `${writer}-bundle-${i}`;
      const ids = Array.from({ length: RESOURCES_PER_BUNDLE }, (_, n) => `${name}-${n}`);
      bundles.set(name, false);
      const entry = ids.map((id) => ({ resource: patient(id, name), request: { method: 'PUT', url: `Patient/${id}` } }));
      const answer = await send('POST', base, { resourceType: 'Bundle', type: 'transaction', entry });
      if (!answer) return;
      if (answer.ok) bundles.set(name, true);
      continue;
    }
    const id = `${writer}-${i % 12}`;
    const answer = await send('PUT', `${base}/Patient/${id}`, patient(id, family));
    if (!answer) return;
    const version = Number(/"(\d+)"/.exec(answer.headers.get('etag') ?? '')?.[1]);
    if (answer.ok && version > 0) acknowledged.set(id, { version, family });
  }
}

async function missing(
  base: string,
  token: string,
  acknowledged: Acknowledged,
  bundles: ReadonlyMap<string, boolean>,
): Promise<{ lost: string[]; torn: string[] }> {
  const get = async (id: string): Promise<{ version: number; family: string } | undefined> => {
    const answer = await fetch(`${base}/Patient/${id}`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) return undefined;
    const resource = (await answer.json()) as { meta: { versionId: string }; name: readonly { family: string }[] };
    return { version: Number(resource.meta.versionId), family: resource.name[0]!.family };
  };
  const lost: string[] = [];
  const torn: string[] = [];
  for (const [id, expected] of acknowledged) {
    const found = await get(id);
    // A later version may have become durable without its answer getting through.
    if (!found || found.version < expected.version || (found.version === expected.version && found.family !== expected.family))
      lost.push(`Patient/${id} version ${expected.version}`);
  }
  for (const [name, answered] of bundles) {
    const there = await Promise.all(Array.from({ length: RESOURCES_PER_BUNDLE }, (_, n) => get(`${name}-${n}`)));
    const count = there.filter(Boolean).length;
    if (count !== 0 && count !== RESOURCES_PER_BUNDLE) torn.push(`${name}: ${count} of ${RESOURCES_PER_BUNDLE}`);
    if (answered && count === 0) lost.push(name);
  }
  return { lost, torn };
}

function killPostgres(dataDirectory: string): void {
  const pid = Number(readFileSync(path.join(dataDirectory, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went down by itself.
  }
}

/** `after` looks at the network when all is done, while it runs. */
export async function crashRepeatedly(options: {
  kills: number;
  seed: string;
  dataDirectory: string;
  after: (sandbox: TestSandbox) => Promise<void>;
}): Promise<CrashReport> {
  const random = createRandom(options.seed);
  const lost: string[] = [];
  const torn: string[] = [];
  let count = 0;
  let slowestStartMs = 0;
  let pending: { acknowledged: Acknowledged; bundles: Map<string, boolean> } = { acknowledged: new Map(), bundles: new Map() };
  for (let round = 0; ; round++) {
    const from = performance.now();
    const sandbox = await startSandbox({
      dataDirectory: options.dataDirectory,
      people: 0,
      anchorIntervalMs: 200,
    });
    if (round > 0) slowestStartMs = Math.max(slowestStartMs, performance.now() - from);
    const base = `${sandbox.url(ORGANISATION)}/fhir`;
    const token = await sandbox.token(ORGANISATION, 'system');
    const after = await missing(base, token, pending.acknowledged, pending.bundles);
    lost.push(...after.lost.map((what) => `round ${round}: ${what}`));
    torn.push(...after.torn.map((what) => `round ${round}: ${what}`));
    if (round === options.kills) {
      await options.after(sandbox);
      await sandbox.stop();
      return { kills: options.kills, acknowledged: count, lost, torn, slowestStartMs };
    }
    pending = { acknowledged: new Map(), bundles: new Map() };
    const load = Array.from({ length: WRITERS }, (_, w) => writeUntilKilled(base, token, `r${round}w${w}`, pending.acknowledged, pending.bundles));
    await sleep(random.int(30, 1500));
    const killed = sandbox.kill();
    if (round % 2 === 1) killPostgres(options.dataDirectory);
    await Promise.all([killed, ...load]);
    count += pending.acknowledged.size + [...pending.bundles.values()].filter(Boolean).length;
  }
}
