/**
 * Changes single bytes of what a stopped sandbox has stored, one at a time: rows of its databases, its block file, its ledger's index as
 * LMDB has it on disk. `verify` reads the whole after each, and the byte is put back. A change that `verify` does not notice must be one
 * that nobody can notice: bytes of an LMDB page that are not in use.
 */
import { cpSync, mkdtempSync, openSync, closeSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unwrap } from '../../src/base/result.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import { extractTerms } from '../../src/fhir/index/extract.ts';
import type { ResourceJson } from '../../src/fhir/index/elements.ts';
import { openContent } from '../../src/fhir/interactions/content.ts';
import { openForChecking } from '../../src/records/open-for-checking.ts';
import { verifyStored, type Recompute } from '../../src/records/verify/verify.ts';
import { readLedger } from '../../src/sandbox/check-ledger.ts';
import { openDatabases } from '../../src/sandbox/databases.ts';
import { genesisOf } from '../../src/sandbox/genesis.ts';
import { existingKeys, rootKeyFile } from '../../src/sandbox/keys.ts';
import { ledgerDirectory } from '../../src/sandbox/ledger.ts';
import { checkOffline, type OfflineReport } from '../../src/sandbox/offline.ts';
import { openDatabaseForReading } from '../../src/store/database.ts';
import { openRootKeyFile } from '../../src/vault/root-key.ts';
import { damageOneByte, seededRandom } from '../support/damage.ts';
import { run } from '../support/sandbox.ts';

export type Place = 'row' | 'blocks' | 'index';

export interface DamageReport {
  readonly seed: number;
  /** Changes that `verify` noticed, by where they were made. */
  readonly noticed: Readonly<Record<Place, number>>;
  /** Tables in which rows were changed, over all organisations. */
  readonly tables: ReadonlySet<string>;
  /** Changes of bytes that nothing reads: every entry of the index is proven to be the same. */
  readonly withoutEffect: number;
  /** Changes that have an effect and were not noticed. Must be empty. */
  readonly unnoticed: readonly string[];
  /** What `verify` says when everything has been put back. */
  readonly afterwards: OfflineReport;
}

interface Sandbox {
  readonly dataDirectory: string;
  /** Base URL of an organisation's node while it ran. */
  url(organisation: string): string;
}

const organisations = ['city-hospital', 'northside-clinic', 'st-marys'] as const;

function changeByte(file: string, at: number, mask: number): () => void {
  const write = (): void => {
    const handle = openSync(file, 'r+');
    const byte = Buffer.alloc(1);
    readSync(handle, byte, 0, 1, at);
    byte[0]! ^= mask;
    writeSync(handle, byte, 0, 1, at);
    closeSync(handle);
  };
  write();
  return write;
}

async function digestOf(index: string): Promise<string | undefined> {
  const { code, stdout } = await run([path.join(import.meta.dirname, 'index-digest.ts'), index]);
  return code === 0 ? stdout : undefined;
}

/** Until `changes` were noticed. The sandbox must have stopped. */
export async function damageRandomly(sandbox: Sandbox, changes: number, seed: number): Promise<DamageReport> {
  const { dataDirectory } = sandbox;
  const random = seededRandom(seed);
  const network = unwrap(await existingKeys(dataDirectory, 'network'));
  const { chainId } = unwrap(await genesisOf(dataDirectory));
  const ledger = ledgerDirectory(dataDirectory);
  const blocks = path.join(ledger, 'blocks.clg');
  const index = path.join(ledger, 'index');
  const intact = await digestOf(index);
  const databases = unwrap(await openDatabases(dataDirectory, undefined, false));
  const open = async (organisation: string) => openDatabaseForReading({ url: unwrap(await databases.open(organisation)), readers: 1 });
  const rows = new Map(await Promise.all(organisations.map(async (organisation) => [organisation, await open(organisation)] as const)));

  const verify = async (chosen: readonly string[]): Promise<OfflineReport> =>
    unwrap(
      await checkOffline({
        dataDirectory,
        databaseUrl: undefined,
        organisations: chosen.map((id) => ({ id, ownBases: [`${sandbox.url(id)}/fhir`] })),
        trust: { chainId, nodeKey: network.ledgerPublicKey },
        witnessFile: undefined,
        signal: new AbortController().signal,
        progress: () => undefined,
      }),
    );

  // As `checkOffline` does it; the ledger is read once, since it is not what was changed.
  const { history } = await readLedger(dataDirectory, { chainId, nodeKey: network.ledgerPublicKey });
  async function rowsHold(organisation: string): Promise<boolean> {
    const rootKey = unwrap(await openRootKeyFile(rootKeyFile(dataDirectory, organisation)));
    const records = await openForChecking({ organisation, rootKey, database: unwrap(await databases.open(organisation)) });
    try {
      const ownBases = [`${sandbox.url(organisation)}/fhir`];
      const recompute: Recompute = (_type, content) => extractTerms(openContent(content) as ResourceJson, { ownBases });
      return (await verifyStored(records.context, { ledger: history!, recompute })).holds;
    } finally {
      await records.close();
    }
  }

  /** Whether the index still has every entry it had: as it is, or once a ledger has opened it, which brings it up to its blocks. */
  async function sameEntries(): Promise<boolean> {
    if ((await digestOf(index)) === intact) return true;
    const copy = mkdtempSync(path.join(os.tmpdir(), 'careledger-test-'));
    try {
      cpSync(ledger, copy, { recursive: true });
      const opened = await openEmbeddedLedger({ directory: copy, nodeSeed: network.ledgerSeed });
      if (!opened.ok) return false;
      await opened.value.close();
      return (await digestOf(path.join(copy, 'index'))) === intact;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  const noticed = { row: 0, blocks: 0, index: 0 };
  const tables = new Set<string>();
  const unnoticed: string[] = [];
  let withoutEffect = 0;
  try {
    while (noticed.row + noticed.blocks + noticed.index + unnoticed.length < changes) {
      const place = (['row', 'row', 'blocks', 'index'] as const)[random(4)]!;
      if (place === 'row') {
        const organisation = organisations[random(organisations.length)]!;
        const damaged = await damageOneByte(rows.get(organisation)!, random);
        if (!damaged) continue;
        tables.add(damaged.where.split('.')[0]!);
        if (await rowsHold(organisation)) unnoticed.push(`${organisation}: ${damaged.where}`);
        else noticed.row++;
        await damaged.undo();
        continue;
      }
      const file = place === 'blocks' ? blocks : path.join(index, 'data.mdb');
      const at = random(statSync(file).size);
      const undo = changeByte(file, at, 1 + random(255));
      if (!(await verify([])).ledger.holds) noticed[place]++;
      else if (place === 'index' && (await sameEntries())) withoutEffect++;
      else unnoticed.push(`${path.basename(file)} byte ${at}`);
      undo();
    }
    return { seed, noticed, tables, withoutEffect, unnoticed, afterwards: await verify(organisations) };
  } finally {
    for (const database of rows.values()) await database.close();
    await databases.close();
  }
}
