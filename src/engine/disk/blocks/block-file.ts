/** Reading and appending frames. A frame is checked whenever it is read: what it gives back is what was appended. */
import { concat, equalBytes } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { CodedException, type CodedError } from '../../../base/result.ts';
import { engineErrors } from '../errors.ts';
import { decodeFrameHead, encodeFrame, FILE_MARK, frameBytes, FRAME_HEAD_BYTES, framePayload, type FrameHead, type FrameKind } from './frame.ts';
import type { Storage } from './storage.ts';

export const BLOCK_FILE = 'blocks.clg';

/** Where a frame is in the file; `end` is the offset after it. */
export interface FrameAt extends FrameHead {
  readonly offset: number;
  readonly end: number;
  readonly payload: Uint8Array;
}

/**
 * How the frames of a file end: cleanly; `torn`, with a beginning of a frame that was never finished; or `damaged`, with bytes that no
 * crash explains.
 */
export type Tail =
  | { readonly kind: 'clean'; readonly end: number }
  | { readonly kind: 'torn'; readonly end: number; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly end: number; readonly why: string };

export const blockCorrupted = (offset: number, height: number | undefined, why: string): CodedError =>
  codedError(engineErrors, 'engine.block-corrupted', {
    message: `The block file is damaged at byte ${offset}${height === undefined ? '' : ` (block ${height})`}: ${why}.`,
    data: { offset, ...(height === undefined ? {} : { height }) },
  });

/** Every intact frame from `offset` on; returns how they end. */
export async function* readFrames(storage: Storage, offset: number = FILE_MARK.length): AsyncGenerator<FrameAt, Tail> {
  let at = offset;
  if (at === FILE_MARK.length && !equalBytes(await storage.read(0, FILE_MARK.length), FILE_MARK))
    return { kind: 'damaged', end: 0, why: 'the file’s mark is not there' };
  while (at < storage.size()) {
    const found = await readFrame(storage, at);
    if ('kind' in found && !('payload' in found)) return found;
    yield found;
    at = found.end;
  }
  return { kind: 'clean', end: at };
}

async function readFrame(storage: Storage, offset: number): Promise<FrameAt | Tail> {
  const left = storage.size() - offset;
  const headBytes = await storage.read(offset, FRAME_HEAD_BYTES);
  const head = decodeFrameHead(headBytes);
  if (!head) {
    if (headBytes.length < FRAME_HEAD_BYTES) return { kind: 'torn', end: offset, bytes: left };
    return (await endsInZeros(storage, offset))
      ? { kind: 'torn', end: offset, bytes: left }
      : { kind: 'damaged', end: offset, why: 'the head of a frame does not hold' };
  }
  if (left < frameBytes(head.length)) return { kind: 'torn', end: offset, bytes: left };
  const frame = await storage.read(offset, frameBytes(head.length));
  const payload = framePayload(frame);
  const end = offset + frame.length;
  if (payload) return { ...head, offset, end, payload };
  // A power cut can leave the length of the last append without its bytes.
  if (end === storage.size() && (await endsInZeros(storage, offset))) return { kind: 'torn', end: offset, bytes: left };
  return { kind: 'damaged', end: offset, why: `the checksum of ${head.kind} ${head.height} does not hold` };
}

/** Whether the file's last sector, and it alone or with more before it, was never written. */
async function endsInZeros(storage: Storage, from: number): Promise<boolean> {
  const sector = 512;
  const start = Math.max(from, storage.size() - sector);
  const last = await storage.read(start, storage.size() - start);
  return last.every((byte) => byte === 0);
}

/** Where a payload is: the offset of its frame, and its own length. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The payload at a known place. Throws `engine.block-corrupted`. */
export async function readPayload(storage: Storage, place: Place, height: number, kind: FrameKind = 'block'): Promise<Uint8Array> {
  const frame = await storage.read(place.offset, frameBytes(place.length));
  const head = decodeFrameHead(frame.subarray(0, FRAME_HEAD_BYTES));
  const payload = head?.kind === kind && head.height === height && head.length === place.length ? framePayload(frame) : undefined;
  if (!payload) throw new CodedException(blockCorrupted(place.offset, height, 'its checksum does not hold'));
  return payload;
}

export interface NewFrame {
  readonly kind: FrameKind;
  readonly height: number;
  readonly payload: Uint8Array;
}

export type Appended =
  /** Where each frame is. */
  | { readonly ok: true; readonly places: readonly Place[] }
  /** `restored`: the file is as it was. Otherwise nothing may be written behind what is there now. */
  | { readonly ok: false; readonly cause: unknown; readonly restored: boolean };

/** All frames with one append, durable when it resolves; or none of them. */
export async function appendFrames(storage: Storage, frames: readonly NewFrame[]): Promise<Appended> {
  const start = storage.size();
  const places: Place[] = [];
  const encoded: Uint8Array[] = [];
  let offset = start;
  for (const { kind, height, payload } of frames) {
    const bytes = encodeFrame(kind, height, payload);
    places.push({ offset, length: payload.length });
    encoded.push(bytes);
    offset += bytes.length;
  }
  try {
    await storage.append(encoded.length === 1 ? encoded[0]! : concat(...encoded));
    return { ok: true, places };
  } catch (cause) {
    const restored = await storage.truncate(start).then(
      () => true,
      () => false,
    );
    return { ok: false, cause, restored };
  }
}
