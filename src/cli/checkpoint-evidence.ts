/** Checkpoints and proofs of split views among the files that `careledger verify` takes. */
import { toHex } from '../base/bytes.ts';
import type { Genesis } from '../ledger/genesis/genesis.ts';
import { ledgerOrigin, witnessName, type Checkpoint } from '../ledger/checkpoint/checkpoint.ts';
import { noteKey, verifierKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import { decodeSplitView, verifySplitView } from '../ledger/checkpoint/split-view.ts';
import { verifyCheckpoint, type KnownWitness } from '../ledger/checkpoint/verify-checkpoint.ts';
import type { Trust } from '../ledger/attestation/trust.ts';
import type { Report } from '../ledger/verify/report.ts';

type Plain = Report<string, Readonly<Record<string, unknown>>>;

/** A signed note is text; everything else here is CBOR, whose first byte is that of a list or a map. */
export const isNote = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes[0]! >= 0x20 && bytes[0]! < 0x7f;

export const isSplitView = (bytes: Uint8Array): boolean => decodeSplitView(bytes).ok;

/** Members of a genesis that is trusted are witnesses that are known; where several order, each of them may sign for the log. */
export interface NoteTrust {
  readonly trust: Trust | undefined;
  readonly members: Genesis['members'];
  readonly witnesses: readonly KnownWitness[];
}

export function checkNote(bytes: Uint8Array, { trust, members, witnesses }: NoteTrust): Plain {
  const chainId = trust?.chainId ?? '';
  const signing = trust === undefined ? [] : 'nodeKey' in trust ? [trust.nodeKey] : members.map(({ signingKey }) => signingKey);
  const logKeys = signing.map((key) => noteKey('log', ledgerOrigin(chainId), key));
  const known = members.map(({ org, name, signingKey }): KnownWitness => ({ name, key: noteKey('witness', witnessName(chainId, org), signingKey) }));
  const { facts, ...report } = verifyCheckpoint(bytes, { logKeys, witnesses: [...known, ...witnesses] });
  const { checkpoint, signedBy, seenBy, unknown } = facts;
  const parties = seenBy.length === 1 ? '1 independent party has' : `${seenBy.length} independent parties have`;
  return {
    ...report,
    facts: {
      ...(checkpoint && plainCheckpoint(checkpoint)),
      signedBy: signedBy.map(verifierKey),
      seenBy: seenBy.map(({ name, key, time }) => ({ name, key: verifierKey(key), time: new Date(time * 1000).toISOString() })),
      unknown,
      ...(checkpoint && { sentence: `${parties} seen ${checkpoint.origin} with ${checkpoint.size} entries.` }),
    },
  };
}

/** Holds by itself: whose key it is, is said by name where it is the trusted ledger's. */
export function checkSplitView(bytes: Uint8Array, trust: Trust | undefined): Plain {
  const decoded = decodeSplitView(bytes);
  if (!decoded.ok) throw new Error('not a proof of a split view');
  const { facts, ...report } = verifySplitView(decoded.value);
  const { key, older, newer } = facts;
  return {
    ...report,
    facts: {
      key: verifierKey(key),
      older: older && plainCheckpoint(older),
      newer: newer && plainCheckpoint(newer),
      sentence: `Whoever holds the key ${verifierKey(key)}${isOf(key, trust) ? ', the trusted ledger’s,' : ''} signed two histories: of ${older?.size} and of ${newer?.size} entries.`,
    },
  };
}

const isOf = (key: NoteKey, trust: Trust | undefined): boolean =>
  trust !== undefined && 'nodeKey' in trust && verifierKey(noteKey('log', ledgerOrigin(trust.chainId), trust.nodeKey)) === verifierKey(key);

const plainCheckpoint = ({ origin, size, root, block }: Checkpoint): Readonly<Record<string, unknown>> => ({
  origin,
  size,
  root: toHex(root),
  ...(block && { height: block.height, blockHash: toHex(block.hash) }),
});
