/**
 * A witness (C2SP tlog-witness): cosigns a log's checkpoint only when it extends the one that it cosigned before. What it has cosigned is
 * durable before it answers, and requests about one log are judged one after the other: it never forgets and never goes back.
 */
import { ed25519PublicKey } from '#ed25519';
import { utf8 } from '../base/bytes.ts';
import { ok, type CodedError, type Result } from '../base/result.ts';
import { parseAddCheckpoint, type AddCheckpoint } from '../ledger/checkpoint/add-checkpoint.ts';
import type { Checkpoint } from '../ledger/checkpoint/checkpoint.ts';
import { noteKey, sameKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import { encodeNote, signatureLine } from '../ledger/checkpoint/note.ts';
import { cosignText, isSignatureOf } from '../ledger/checkpoint/signature.ts';
import type { SplitView } from '../ledger/checkpoint/split-view.ts';
import { signers } from '../ledger/checkpoint/verify-checkpoint.ts';
import type { Comparison } from './compare.ts';
import { judge, type Remembered } from './judge.ts';
import { openMemory, type Memory, type WitnessedCheckpoint } from './memory.ts';

/** An HTTP answer before it is one. */
export interface WitnessAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

export interface WitnessOptions {
  /** Not used by another process. */
  readonly directory: string;
  /** Name of the key, e.g. `witness.example/1`. */
  readonly name: string;
  /** 32-byte Ed25519 seed. */
  readonly seed: Uint8Array;
  /** Keys that may sign for the log of an origin; undefined: this witness does not know the log. */
  readonly logKeys: (origin: string) => Promise<readonly NoteKey[] | undefined>;
  /**
   * For a witness that has the ledger itself: a checkpoint that extends what was seen is compared with it too, and cosigned only when it
   * is `same`. `other` is a contradiction; otherwise the asker is to come again.
   */
  readonly compare?: (checkpoint: Checkpoint) => Promise<Comparison>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of a log that has signed two histories. */
  readonly onSplitView?: (proof: SplitView, file: string) => void;
}

export interface Witness {
  readonly key: NoteKey;
  /** `add-checkpoint`. */
  add(body: Uint8Array): Promise<WitnessAnswer>;
  /** The newest checkpoint that it has cosigned of this log. */
  newest(origin: string): WitnessedCheckpoint | undefined;
  /** The same of every log. */
  all(): readonly WitnessedCheckpoint[];
  /** Bytes of a proof in `split-views/`. */
  splitView(file: string): Promise<Uint8Array | undefined>;
  /** Contradictions seen since the start, newest first. */
  contradictions(): readonly Contradiction[];
}

export interface Contradiction {
  readonly origin: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly seenSize: number;
  readonly offeredSize: number;
  /** File name in `split-views/`; undefined: what was sent does not prove it. */
  readonly proof: string | undefined;
  /** The keys that signed what was offered. */
  readonly signedBy: readonly NoteKey[];
}

const SIZE_TYPE = 'text/x.tlog.size';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const KEPT_CONTRADICTIONS = 100;

/** `witness.state-damaged`. */
export async function openWitness(options: WitnessOptions): Promise<Result<Witness>> {
  const { directory, name, seed, logKeys, now } = options;
  const key = noteKey('witness', name, ed25519PublicKey(seed));
  const opened = await openMemory(directory, key);
  if (!opened.ok) return opened;
  const memory = opened.value;
  const turns = new Map<string, Promise<unknown>>();
  const contradictions: Contradiction[] = [];

  /** One request about a log at a time: judging and remembering are one step. */
  const inTurn = <T>(origin: string, work: () => Promise<T>): Promise<T> => {
    const next = (turns.get(origin) ?? Promise.resolve()).then(work, work);
    const settled = next.catch(() => undefined).finally(() => turns.get(origin) === settled && turns.delete(origin));
    turns.set(origin, settled);
    return next;
  };

  const cosign = async ({ note, checkpoint }: AddCheckpoint, signedBy: readonly NoteKey[]): Promise<WitnessAnswer> => {
    // A clock that was set back must not make a larger tree older than a smaller one.
    const time = Math.max(Math.floor(now() / 1000), memory.newest(checkpoint.origin)?.time ?? 0);
    const own = cosignText(note.text, key, seed, time);
    const kept = note.signatures.filter((signature) => signedBy.some((one) => isSignatureOf(signature, one)));
    const whole = { text: note.text, signatures: [...kept, own] };
    await memory.remember({ bytes: encodeNote(whole), note: whole, checkpoint, time });
    return { status: 200, type: TEXT_TYPE, body: utf8(`${signatureLine(own)}\n`) };
  };

  const contradicted = async (
    { checkpoint }: AddCheckpoint,
    seenSize: number,
    signedBy: readonly NoteKey[],
    splitView?: SplitView,
  ): Promise<void> => {
    const proof = splitView && (await memory.keepSplitView(splitView));
    const { origin, size: offeredSize } = checkpoint;
    // A log that insists is one contradiction, not many.
    const before = contradictions.findIndex(
      (one) => one.origin === origin && one.seenSize === seenSize && one.proof === proof && sameSigners(one.signedBy, signedBy),
    );
    if (before >= 0) contradictions.splice(before, 1);
    contradictions.unshift({ origin, time: now(), seenSize, offeredSize, proof, signedBy });
    contradictions.splice(KEPT_CONTRADICTIONS);
    if (splitView) options.onSplitView?.(splitView, proof!);
  };

  /** What this witness's own ledger has against the checkpoint. */
  const withOwnLedger = async (request: AddCheckpoint, signedBy: readonly NoteKey[]): Promise<WitnessAnswer | undefined> => {
    const found = (await options.compare?.(request.checkpoint)) ?? 'same';
    if (found === 'same') return undefined;
    if (found !== 'other') return text(503, 'This witness’s own copy of the ledger has not got that far yet.');
    await contradicted(request, request.checkpoint.size, signedBy);
    return text(422, 'This witness’s own copy of the ledger has another block at that height.');
  };

  const answer = async (request: AddCheckpoint): Promise<WitnessAnswer> => {
    const keys = await logKeys(request.checkpoint.origin);
    const judgement = judge(request, keys, keys && remembered(memory, request.checkpoint.origin, keys));
    switch (judgement.verdict) {
      case 'cosign':
        return (await withOwnLedger(request, judgement.signedBy)) ?? cosign(request, judgement.signedBy);
      case 'refuse':
        return text(judgement.status, judgement.why);
      case 'stale':
        return { status: 409, type: SIZE_TYPE, body: utf8(`${judgement.size}\n`) };
      case 'contradicts':
        await contradicted(request, judgement.size, judgement.signedBy, judgement.splitView);
        return judgement.status === 409
          ? { status: 409, type: SIZE_TYPE, body: utf8(`${judgement.size}\n`) }
          : text(422, 'The consistency path does not lead from the checkpoint that this witness has cosigned to this one.');
    }
  };

  return ok({
    key,
    async add(body) {
      const request = parseAddCheckpoint(body);
      return request.ok ? inTurn(request.value.checkpoint.origin, () => answer(request.value)) : text(400, request.error.message);
    },
    newest: memory.newest,
    all: memory.all,
    splitView: memory.splitView,
    contradictions: () => contradictions,
  });
}

/** One that cannot remember what it has signed, and so signs nothing. */
export function silentWitness(why: CodedError, name: string, seed: Uint8Array): Witness {
  return {
    key: noteKey('witness', name, ed25519PublicKey(seed)),
    add: async () => text(503, why.message),
    newest: () => undefined,
    all: () => [],
    splitView: async () => undefined,
    contradictions: () => [],
  };
}

function remembered(memory: Memory, origin: string, keys: readonly NoteKey[]): Remembered | undefined {
  const known = memory.newest(origin);
  return known && { bytes: known.bytes, checkpoint: known.checkpoint, signedBy: signers(known.note, keys).holding };
}

const sameSigners = (a: readonly NoteKey[], b: readonly NoteKey[]): boolean => a.length === b.length && a.every((key, at) => sameKey(key, b[at]!));

const text = (status: number, why: string): WitnessAnswer => ({ status, type: TEXT_TYPE, body: utf8(`${why}\n`) });
