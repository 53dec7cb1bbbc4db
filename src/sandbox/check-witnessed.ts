/**
 * Who has seen the history that lies on the disk: every checkpoint that the log has published and that each organisation's witness
 * remembers, compared with the blocks. A history that was written anew verifies by itself; what was seen before does not fit it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result } from '../base/result.ts';
import { ledgerOrigin } from '../ledger/checkpoint/checkpoint.ts';
import { verifierKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import { decodeSplitView, verifySplitView } from '../ledger/checkpoint/split-view.ts';
import { verifyCheckpoint, type KnownWitness, type Sighting } from '../ledger/checkpoint/verify-checkpoint.ts';
import { compareWithBlock, type BlockFacts } from '../witness/compare.ts';
import { fileNameOf, namesIn, readIfThere } from '../witness/files.ts';
import { readWitnessFile } from '../witness/witness-file.ts';
import { checkpointDirectory, logKeyOf, witnessDirectory, witnessKeyOf } from './checkpoints.ts';
import type { Member } from './ledger-parts.ts';

/** What one party has seen last of this history. */
export interface SeenBy {
  readonly name: string;
  readonly size: number;
  readonly height: number;
  /** ISO 8601, as the party says. */
  readonly time: string;
}

export interface WitnessedReport {
  readonly holds: boolean;
  /** Independent parties that have cosigned this history, the one that saw most of it first. */
  readonly seenBy: readonly SeenBy[];
  /** Blocks after the newest that any of them has seen; undefined: none of them has seen any. */
  readonly unseenBlocks: number | undefined;
  readonly findings: readonly { readonly code: string; readonly message: string; readonly proof?: string }[];
  readonly unchecked: readonly string[];
}

export interface WitnessedParts {
  readonly dataDirectory: string;
  readonly chainId: string;
  readonly nodeKey: Uint8Array;
  readonly members: readonly Member[];
  /** File of further witnesses; undefined: none. */
  readonly witnessFile: string | undefined;
  /** What `readSightings` gave before the ledger was read: a ledger that goes on must not look as if it had been cut. */
  readonly sightings: readonly Uint8Array[];
  readonly headHeight: number;
  /** Undefined where the block does not hold or is not kept. */
  readonly block: (height: number) => BlockFacts | undefined;
}

/** Every checkpoint that was published and that a witness remembers, as the bytes are. */
export async function readSightings(dataDirectory: string, chainId: string, members: readonly Member[]): Promise<readonly Uint8Array[]> {
  const folder = checkpointDirectory(dataDirectory);
  const published = await Promise.all((await namesIn(folder, '.checkpoint')).map((name) => readIfThere(join(folder, name))));
  return [...published.filter((bytes) => bytes !== undefined), ...(await remembered(dataDirectory, chainId, members))];
}

/** `witness.bad-file`. */
export async function checkWitnessed(parts: WitnessedParts): Promise<Result<WitnessedReport>> {
  const { dataDirectory, chainId, nodeKey, members, witnessFile, headHeight } = parts;
  const outside = witnessFile === undefined ? ok([]) : await readWitnessFile(witnessFile);
  if (!outside.ok) return outside;
  const logKey = logKeyOf(chainId, nodeKey);
  const witnesses: readonly KnownWitness[] = [
    ...members.map((member) => ({ name: member.organisation.name, key: witnessKeyOf(chainId, member) })),
    ...outside.value,
  ];
  const seen = new Map<string, SeenBy>();
  const findings: { code: string; message: string; proof?: string }[] = [];
  const unchecked: string[] = [];
  for (const bytes of parts.sightings) {
    const { verdict, facts, steps } = verifyCheckpoint(bytes, { logKeys: [logKey], witnesses });
    const { checkpoint } = facts;
    if (verdict !== 'held' || !checkpoint) {
      const why = steps.find(({ state }) => state === 'failed')?.detail ?? '';
      findings.push({ code: 'verify.bad-checkpoint', message: `A checkpoint does not hold: ${why}` });
      continue;
    }
    const { block, size } = checkpoint;
    const who = facts.seenBy.map(({ name }) => name).join(', ') || 'nobody but the log';
    switch (compareWithBlock(checkpoint, headHeight, block && parts.block(block.height))) {
      case 'same':
        for (const sighting of facts.seenBy) note(seen, sighting, size, block!.height);
        break;
      case 'other':
        findings.push({
          code: 'verify.history-differs',
          message: `Block ${block!.height} with ${size} entries, which ${who} saw, is not the one that is here.`,
        });
        break;
      case 'beyond':
        findings.push({
          code: 'verify.history-cut',
          message: `The ledger ends at block ${headHeight}; ${who} saw block ${block!.height} with ${size} entries.`,
        });
        break;
      case 'unknown':
        unchecked.push(`A checkpoint of ${size} entries: the block is not here to compare with.`);
    }
  }
  const seenBy = [...seen.values()].toSorted((a, b) => b.size - a.size);
  findings.push(...(await proofs(dataDirectory, members, logKey)));
  const unseenBlocks = seenBy[0] && headHeight - seenBy[0].height;
  return ok({ holds: findings.length === 0, seenBy, unseenBlocks, findings: unique(findings), unchecked: [...new Set(unchecked)] });
}

function note(seen: Map<string, SeenBy>, { name, key, time }: Sighting, size: number, height: number): void {
  const before = seen.get(verifierKey(key));
  if (!before || before.size < size) seen.set(verifierKey(key), { name, size, height, time: new Date(time * 1000).toISOString() });
}

async function remembered(dataDirectory: string, chainId: string, members: readonly Member[]): Promise<readonly Uint8Array[]> {
  const file = `${fileNameOf(ledgerOrigin(chainId))}.checkpoint`;
  const read = await Promise.all(
    members.map(({ organisation }) => readIfThere(join(witnessDirectory(dataDirectory, organisation.id), 'logs', file))),
  );
  return read.filter((bytes) => bytes !== undefined);
}

/** Proofs of split views that the witnesses have made. One by another key than this log's is none of this ledger's. */
async function proofs(
  dataDirectory: string,
  members: readonly Member[],
  logKey: NoteKey,
): Promise<readonly { code: string; message: string; proof: string }[]> {
  const found: { code: string; message: string; proof: string }[] = [];
  for (const { organisation } of members) {
    const folder = join(witnessDirectory(dataDirectory, organisation.id), 'split-views');
    for (const name of await readdir(folder).catch(() => [])) {
      const decoded = decodeSplitView((await readIfThere(join(folder, name))) ?? new Uint8Array(0));
      if (!decoded.ok || verifierKey(decoded.value.key) !== verifierKey(logKey)) continue;
      const { verdict, facts } = verifySplitView(decoded.value);
      if (verdict !== 'held') continue;
      const message = `The log’s key ${verifierKey(logKey)} signed two histories, of ${facts.older?.size} and of ${facts.newer?.size} entries: ${organisation.name} has the proof.`;
      found.push({ code: 'verify.split-view', message, proof: join(folder, name) });
    }
  }
  return found;
}

const unique = <T extends { readonly message: string }>(findings: readonly T[]): readonly T[] => [
  ...new Map(findings.map((one) => [one.message, one])).values(),
];
