/**
 * The log's side: whenever the ledger has grown, a checkpoint of its transaction log is signed, made durable, offered to every witness,
 * and kept with the cosignatures that came back. What a witness objects to stays visible until it no longer does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ed25519PublicKey } from '#ed25519';
import type { CodedError } from '../base/result.ts';
import { checkpointText, ledgerOrigin, type Checkpoint } from '../ledger/checkpoint/checkpoint.ts';
import { noteKey, type NoteKey } from '../ledger/checkpoint/note-key.ts';
import { encodeNote, type Note } from '../ledger/checkpoint/note.ts';
import { isSignatureOf, signText, verifiedTime } from '../ledger/checkpoint/signature.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { consistencyPath } from '../ledger/proofs/merkle-log.ts';
import { askWitness, type Offer } from './ask.ts';
import { compareWithLedger, type Comparison } from './compare.ts';
import { openPublished, type Published, type PublishedStore } from './published.ts';
import type { WitnessPort } from './witness-port.ts';

export interface CheckpointOptions {
  readonly ledger: Pick<LedgerClient, 'chainId' | 'head' | 'block' | 'logNode'>;
  /** 32-byte Ed25519 seed that signs for the log: the node's that makes the blocks, or the organisation's ledger key. */
  readonly seed: Uint8Array;
  readonly witnesses: readonly WitnessPort[];
  readonly directory: string;
  readonly intervalMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
}

export interface WitnessState {
  readonly name: string;
  readonly organisation: string | undefined;
  readonly key: NoteKey;
  /** The largest tree that it has cosigned for this log, and when (seconds since 1970); undefined: none yet. */
  readonly cosigned: { readonly size: number; readonly height: number | undefined; readonly time: number } | undefined;
  /** Why it did not cosign the newest; undefined: it did, or has not been asked yet. */
  readonly problem: CodedError | undefined;
  /** Since when; milliseconds since 1970. */
  readonly problemSince: number | undefined;
}

export interface Checkpoints {
  readonly key: NoteKey;
  newest(): Published | undefined;
  list(): readonly Published[];
  witnesses(): readonly WitnessState[];
  /** How the ledger compares with the last checkpoint that was signed for it. Anything but `same` and nothing more is signed. */
  own(): Comparison | undefined;
  /** One round now: sign when it has grown, ask whoever has not cosigned. */
  round(): Promise<void>;
  close(): Promise<void>;
}

export async function startCheckpoints(options: CheckpointOptions): Promise<Checkpoints> {
  const { ledger, seed, witnesses, directory, intervalMs, now, onError } = options;
  const origin = ledgerOrigin(ledger.chainId);
  const key = noteKey('log', origin, ed25519PublicKey(seed));
  const store = await openPublished(directory);
  const states = new Map(witnesses.map((witness) => [witness, stateBefore(witness, store)]));
  const stop = new AbortController();
  let own: Comparison | undefined;
  let running: Promise<void> = Promise.resolve();

  const round = (): Promise<void> => {
    running = running.then(go, go);
    return running;
  };
  const finished = every();

  return {
    key,
    newest: () => store.list().at(-1),
    list: () => store.list(),
    witnesses: () => witnesses.map((witness) => states.get(witness)!),
    own: () => own,
    round,
    async close() {
      stop.abort();
      await finished;
      await running.catch(() => undefined);
    },
  };

  async function every(): Promise<void> {
    while (!stop.signal.aborted) {
      await round().catch(onError);
      await sleep(intervalMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
  }

  async function go(): Promise<void> {
    if (stop.signal.aborted) return;
    const newest = await current();
    if (!newest) return;
    const waiting = witnesses.filter((witness) => states.get(witness)!.cosigned?.size !== newest.checkpoint.size);
    if (waiting.length === 0) return;
    const offer = offerOf(newest);
    const answers = await Promise.all(waiting.map((witness) => ask(witness, offer)));
    const signatures = answers.filter((signature) => signature !== undefined);
    if (signatures.length > 0) await store.put(merged(newest.note, signatures), newest.checkpoint);
  }

  /** The checkpoint of the head, made when there is none yet; undefined where one must not be signed, or there is nothing to sign. */
  async function current(): Promise<Published | undefined> {
    const { height, logSize, logRoot, blockHash } = ledger.head();
    const last = store.list().at(-1);
    own = last && (await compareWithLedger(last.checkpoint, ledger));
    if (own === 'other' || own === 'beyond') return undefined;
    // One of the same size that another key signed, before the key was replaced, is signed anew.
    if (last?.checkpoint.size === logSize && last.note.signatures.some((signature) => isSignatureOf(signature, key))) return last;
    if (logSize === 0) return undefined;
    const checkpoint: Checkpoint = { origin, size: logSize, root: logRoot, block: { height, hash: blockHash } };
    const text = checkpointText(checkpoint);
    // The cosignatures of the same text stay with it.
    const before = last?.note.text === text ? last.note : { text, signatures: [] };
    return store.put(merged(before, [signText(text, key, seed)]), checkpoint);
  }

  function offerOf({ note, checkpoint }: Published): Offer {
    const log = note.signatures.filter((signature) => isSignatureOf(signature, key));
    return {
      bytes: encodeNote({ text: note.text, signatures: log }),
      text: note.text,
      size: checkpoint.size,
      path: (oldSize) => consistencyPath(oldSize, checkpoint.size, ledger.logNode),
    };
  }

  async function ask(witness: WitnessPort, offer: Offer) {
    const before = states.get(witness)!;
    const asked = await askWitness(witness, offer, before.cosigned?.size ?? 0);
    if (stop.signal.aborted) return undefined;
    if (!asked.ok) {
      const since = before.problem?.code === asked.error.code ? before.problemSince : now();
      states.set(witness, { ...before, problem: asked.error, problemSince: since });
      return undefined;
    }
    const { height } = store.list().findLast((one) => one.checkpoint.size === offer.size)?.checkpoint.block ?? {};
    const cosigned = { size: offer.size, height, time: asked.value.time };
    states.set(witness, { ...before, cosigned, problem: undefined, problemSince: undefined });
    return asked.value.signature;
  }
}

/** What an earlier run has from this witness. */
function stateBefore({ name, organisation, key }: WitnessPort, store: PublishedStore): WitnessState {
  let cosigned: WitnessState['cosigned'];
  for (const { note, checkpoint } of store.list()) {
    const line = note.signatures.find((signature) => isSignatureOf(signature, key));
    const time = line && verifiedTime(note.text, line, key);
    if (time !== undefined) cosigned = { size: checkpoint.size, height: checkpoint.block?.height, time };
  }
  return { name, organisation, key, cosigned, problem: undefined, problemSince: undefined };
}

/** The note with further signatures; a key's newer one replaces its older one. */
function merged(note: Note, more: Note['signatures']): Note {
  const isReplaced = (one: Note['signatures'][number]): boolean =>
    more.some((other) => other.name === one.name && other.keyId.every((byte, at) => byte === one.keyId[at]));
  return { text: note.text, signatures: [...note.signatures.filter((one) => !isReplaced(one)), ...more] };
}
