/** Performs the named attacks on a running sandbox, the way somebody with access to its disk and without its keys would. */
import { randomInt } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8 } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { BLOCK_FILE } from '../engine/disk/blocks/block-file.ts';
import type { RunningNode } from '../node/node.ts';
import { attackStored, keepOlderCopy, type StoredAttack } from '../records/attacks.ts';
import type { Visibility } from '../records/model.ts';
import type { AttackName } from './attacks.ts';
import { sandboxErrors } from './errors.ts';
import { ledgerDirectory } from './ledger.ts';

const STORED: Readonly<Partial<Record<AttackName, StoredAttack>>> = {
  'flip-record': 'flip-record',
  'flip-index': 'flip-index',
  'flip-audit': 'flip-audit',
  'truncate-log': 'truncate-log',
  rollback: 'roll-back',
  'edit-sql': 'edit-record',
};

const EVERYTHING: Visibility = { patients: 'all', sharedTypes: [], withoutLabels: [] };
const NOTHING_THERE = fail(codedError(sandboxErrors, 'sandbox.attack-failed'));

/** What was done, in a sentence. `peers`: the other nodes, to choose a record that can be brought back from one of them. */
export async function performAttack(
  name: AttackName,
  node: RunningNode,
  peers: readonly RunningNode[],
  dataDirectory: string,
): Promise<Result<string>> {
  if (name === 'flip-block') return flipBlock(dataDirectory);
  const { database, anchoring, writer } = node.records;
  // Anchored first: what no anchor covers yet is not proven, so tampering with it could not be either.
  await anchoring?.anchorNow();
  if (name === 'rollback') {
    await keepOlderCopy(database);
    const content = utf8(JSON.stringify({ marker: 'before a rollback' }));
    await writer.append({ versions: [], guards: [], events: [{ kind: 'marker', content, time: Date.now(), patient: undefined, tokens: [] }] });
    await anchoring?.anchorNow();
  }
  const sequence = name === 'flip-record' || name === 'edit-sql' ? await copiedSequence(node, peers) : undefined;
  const done = await attackStored(database, STORED[name]!, sequence);
  return done ? ok(done.did) : NOTHING_THERE;
}

/** Position of a record's version that a peer holds a copy of; undefined when nobody holds any. */
async function copiedSequence(node: RunningNode, peers: readonly RunningNode[]): Promise<number | undefined> {
  const organisation = node.config.organisation.id;
  for (const peer of peers) {
    const { records } = await peer.records.reader.history(organisation, {}, { limit: 200 }, EVERYTHING);
    const candidates = records.filter(({ origin, deleted }) => origin?.organisation === organisation && !deleted);
    const chosen = candidates[candidates.length === 0 ? 0 : randomInt(candidates.length)];
    if (chosen?.origin) return chosen.origin.sequence;
  }
  return undefined;
}

/** One bit in the middle of the block file. */
async function flipBlock(dataDirectory: string): Promise<Result<string>> {
  const path = join(ledgerDirectory(dataDirectory), BLOCK_FILE);
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const at = Math.floor(size / 2);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0]! ^= 1;
    await file.write(byte, 0, 1, at);
    return ok(`One bit of byte ${at} of the block file was changed.`);
  } finally {
    await file.close();
  }
}
