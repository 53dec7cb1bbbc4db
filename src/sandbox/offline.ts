/**
 * The data directory opened to be checked, without asking any server: the ledger from its block file, the databases over PostgreSQL's
 * socket. While a sandbox is running its PostgreSQL is used; otherwise one is started for the time being.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerHistory } from '../anchoring/ledger-anchors.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, unwrap, type Result } from '../base/result.ts';
import type { VerificationReport } from '../contract/network.ts';
import type { BlocksReport } from '../engine/disk/verify-blocks.ts';
import { extractTerms } from '../fhir/index/extract.ts';
import type { ResourceJson } from '../fhir/index/elements.ts';
import { openContent } from '../fhir/interactions/content.ts';
import type { NodeTrust } from '../ledger/attestation/trust.ts';
import { verificationReport } from '../node/verification.ts';
import { openForChecking, type CheckedRecords } from '../records/open-for-checking.ts';
import { verifyStored } from '../records/verify/verify.ts';
import { databaseName, databaseOn } from '../store/databases.ts';
import { runningPostmaster } from '../store/postgres-process.ts';
import { openRootKeyFile } from '../vault/root-key.ts';
import { readLedger } from './check-ledger.ts';
import { checkWitnessed, readSightings, type WitnessedReport } from './check-witnessed.ts';
import { clusterOptions, openDatabases } from './databases.ts';
import { sandboxErrors } from './errors.ts';
import { existingKeys, rootKeyFile } from './keys.ts';
import { ledgerDirectory } from './ledger.ts';
import type { Member } from './ledger-parts.ts';
import { sandboxOrganisations } from './organisations.ts';

interface ReachableDatabases {
  url(organisation: string): Promise<Result<string>>;
  close(): Promise<void>;
}

async function reach(dataDirectory: string, databaseUrl: string | undefined): Promise<Result<ReachableDatabases>> {
  if (databaseUrl !== undefined) return ok({ url: async (organisation) => ok(databaseOn(databaseUrl, organisation)), close: async () => undefined });
  const running = await runningPostmaster(join(clusterOptions(dataDirectory).directory, 'data'));
  if (running) {
    const at = (organisation: string): string =>
      `postgresql://careledger@/${databaseName(organisation)}?host=${encodeURIComponent(running.socketDirectory)}&port=5432`;
    return ok({ url: async (organisation) => ok(at(organisation)), close: async () => undefined });
  }
  const opened = await openDatabases(dataDirectory, undefined, false);
  return opened.ok ? ok({ url: (organisation) => opened.value.open(organisation), close: () => opened.value.close() }) : opened;
}

export interface OfflineCheck {
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  readonly organisations: readonly { readonly id: string; readonly ownBases: readonly string[] }[];
  /** The ledger and the key that signs its blocks, known from elsewhere than the block file. */
  readonly trust: NodeTrust;
  /** File of witnesses beside the organisations'; undefined: none. */
  readonly witnessFile: string | undefined;
  readonly signal: AbortSignal;
  readonly progress: (organisation: string, done: number, size: number) => void;
}

export interface OfflineReport {
  readonly ledger: BlocksReport;
  readonly witnessed: WitnessedReport;
  readonly organisations: readonly VerificationReport[];
}

/** Goes through everything. Findings are in the report; an error says that something could not even be opened. */
export async function checkOffline(options: OfflineCheck): Promise<Result<OfflineReport>> {
  const { dataDirectory, organisations, trust } = options;
  const members: Member[] = [];
  for (const organisation of sandboxOrganisations) members.push({ organisation, keys: unwrap(await existingKeys(dataDirectory, organisation.id)) });
  const { chainId, nodeKey } = trust;
  const sightings = await readSightings(dataDirectory, chainId, members);
  const { report, history, block } = await readLedger(dataDirectory, trust);
  const headHeight = history?.head().height ?? 0;
  const { witnessFile } = options;
  const witnessed = await checkWitnessed({ dataDirectory, chainId, nodeKey, members, witnessFile, sightings, headHeight, block });
  if (!witnessed.ok) return witnessed;
  const databases = await reach(dataDirectory, options.databaseUrl);
  if (!databases.ok) return databases;
  try {
    const reports: VerificationReport[] = [];
    for (const organisation of organisations)
      reports.push(await checkOne(options, organisation, unwrap(await databases.value.url(organisation.id)), report, history));
    return ok({ ledger: report, witnessed: witnessed.value, organisations: reports });
  } finally {
    await databases.value.close();
  }
}

async function checkOne(
  { dataDirectory, trust, signal, progress }: OfflineCheck,
  { id, ownBases }: OfflineCheck['organisations'][number],
  database: string,
  ledger: BlocksReport,
  history: LedgerHistory | undefined,
): Promise<VerificationReport> {
  const rootKey = unwrap(await openRootKeyFile(rootKeyFile(dataDirectory, id)));
  const started = new Date().toISOString();
  let records: CheckedRecords | undefined;
  try {
    records = await openForChecking({ organisation: id, rootKey, database });
    const stored = await verifyStored(records.context, {
      ...(history === undefined ? {} : { ledger: history }),
      ledgerAfter: async () => (ledger.holds ? (await readLedger(dataDirectory, trust)).history : history),
      recompute: (_type, content) => extractTerms(openContent(content) as ResourceJson, { ownBases }),
      signal,
      progress: (done, size) => progress(id, done, size),
    });
    return verificationReport(stored, ledger);
  } catch (cause) {
    // Tables that are gone, pages that cannot be read: the finding is that there is no reading it.
    if (!('severity' in (cause as object))) throw cause;
    return unreadable(id, started, (cause as Error).message, ledger);
  } finally {
    await records?.close();
  }
}

function unreadable(organisation: string, started: string, why: string, ledger: BlocksReport): VerificationReport {
  const finding = { code: 'verify.unreadable', what: `The database could not be read: ${why}.`, where: databaseName(organisation), healable: false };
  return {
    organisation,
    started,
    finished: new Date().toISOString(),
    holds: false,
    checked: { entries: 0, versions: 0, events: 0, indexRows: 0, anchors: 0, blocks: ledger.blocks, transactions: ledger.transactions },
    findings: [finding],
    unchecked: ['Everything in this database.'],
  };
}

/** Whether there is something to check at all. */
export async function hasData(dataDirectory: string): Promise<Result<void>> {
  try {
    await access(join(dataDirectory, 'careledger.json'));
    await access(ledgerDirectory(dataDirectory));
    return ok(undefined);
  } catch {
    return fail(codedError(sandboxErrors, 'sandbox.data-foreign', { message: `There is no Careledger data in ${dataDirectory}.` }));
  }
}
