/**
 * The sandbox's ledger before witnesses: every organisation's node cosigns its checkpoints, with a memory of its own, and whoever is named in
 * a file beside them. Whoever runs the sandbox has all the keys; the memories are still what a rewritten history stumbles over.
 */
import { join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { ok, type Result } from '../base/result.ts';
import { ledgerOrigin, witnessName } from '../ledger/checkpoint/checkpoint.ts';
import { noteKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { startCheckpoints, type Checkpoints } from '../witness/checkpoints.ts';
import { readWitnessFile } from '../witness/witness-file.ts';
import { httpWitness, type WitnessPort } from '../witness/witness-port.ts';
import type { Member } from './ledger-parts.ts';

export const checkpointDirectory = (dataDirectory: string): string => join(dataDirectory, 'checkpoints');
export const witnessDirectory = (dataDirectory: string, organisation: string): string => join(dataDirectory, 'witness', organisation);

export const logKeyOf = (chainId: string, nodeKey: Uint8Array): NoteKey => noteKey('log', ledgerOrigin(chainId), nodeKey);
export const witnessKeyOf = (chainId: string, { organisation, keys }: Member): NoteKey =>
  noteKey('witness', witnessName(chainId, organisation.id), keys.ledgerPublicKey);

export interface SandboxCheckpoints {
  readonly dataDirectory: string;
  readonly ledger: LedgerClient;
  readonly seed: Uint8Array;
  readonly members: readonly Member[];
  readonly urls: readonly string[];
  /** File of further witnesses; undefined: none. */
  readonly witnessFile: string | undefined;
  readonly intervalMs: number;
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
  readonly signal: AbortSignal;
}

export async function startSandboxCheckpoints(parts: SandboxCheckpoints): Promise<Result<Checkpoints>> {
  const { ledger, members, urls, witnessFile, signal } = parts;
  const outside = witnessFile === undefined ? ok([]) : await readWitnessFile(witnessFile);
  if (!outside.ok) return outside;
  const own = members.map((member, at): WitnessPort => {
    const { id, name } = member.organisation;
    return httpWitness({ name, organisation: id, key: witnessKeyOf(ledger.chainId, member), url: `${urls[at]}/witness` }, signal);
  });
  const started = await startCheckpoints({
    ledger,
    seed: parts.seed,
    witnesses: [...own, ...outside.value.map((address) => httpWitness(address, signal))],
    directory: checkpointDirectory(parts.dataDirectory),
    intervalMs: parts.intervalMs,
    now: parts.now,
    onError: parts.onError,
  });
  return ok(started);
}

/** The one key that signs for the log, as every node of the sandbox knows it. */
export const sandboxLogKeys = (chainId: string, seed: Uint8Array) => async (): Promise<readonly NoteKey[]> => [
  logKeyOf(chainId, ed25519PublicKey(seed)),
];
