/**
 * One member's checkpoints of the log that all members have: signed with its own ledger key, offered to the other members' witnesses and to
 * those in `witnesses.txt` of its home. Each member compares them with its own copy before it cosigns.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../base/result.ts';
import { ledgerOrigin, witnessName } from '../ledger/checkpoint/checkpoint.ts';
import { noteKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { memberDirectory } from '../network/directory.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import { startCheckpoints, type Checkpoints } from '../witness/checkpoints.ts';
import { readWitnessFile } from '../witness/witness-file.ts';
import { httpWitness, type WitnessAddress } from '../witness/witness-port.ts';

const WITNESS_FILE = 'witnesses.txt';
const DEFAULT_INTERVAL_MS = 5000;

export interface OrganisationCheckpoints {
  readonly home: string;
  readonly ledger: LedgerClient;
  readonly keys: OrganisationKeys;
  readonly peers: readonly { readonly organisation: string; readonly url: string }[];
  readonly intervalMs?: number;
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
  readonly signal: AbortSignal;
}

/** Keys that may sign for the log: the ledger keys of the active members. */
export const memberLogKeys = (ledger: LedgerClient): (() => Promise<readonly NoteKey[]>) => {
  const directory = memberDirectory(ledger);
  const origin = ledgerOrigin(ledger.chainId);
  return async () => {
    const members = await directory.members();
    return members.filter(({ status }) => status === 'active').map(({ signingKey }) => noteKey('log', origin, signingKey));
  };
};

/** `witness.bad-file`. Keys of the members are those at the start: after one is replaced, start again. */
export async function startOrganisationCheckpoints(parts: OrganisationCheckpoints): Promise<Result<Checkpoints>> {
  const { home, ledger, keys, peers, intervalMs, now, onError, signal } = parts;
  const file = join(home, WITNESS_FILE);
  const outside = existsSync(file) ? await readWitnessFile(file) : ok([]);
  if (!outside.ok) return outside;
  const members = await memberDirectory(ledger).members();
  const others = peers.flatMap(({ organisation, url }): readonly WitnessAddress[] => {
    const member = members.find(({ org }) => org === organisation);
    if (!member) return [];
    const key = noteKey('witness', witnessName(ledger.chainId, organisation), member.signingKey);
    return [{ name: member.name, organisation, key, url: `${url.replace(/\/+$/, '')}/witness` }];
  });
  const started = await startCheckpoints({
    ledger,
    seed: keys.ledgerSeed,
    witnesses: [...others, ...outside.value].map((address) => httpWitness(address, signal)),
    directory: join(home, 'checkpoints'),
    intervalMs: intervalMs ?? DEFAULT_INTERVAL_MS,
    now,
    onError,
  });
  return ok(started);
}
