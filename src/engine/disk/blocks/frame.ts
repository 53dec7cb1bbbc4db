/**
 * The block file: a mark, then frames, one after another. It is the ledger; everything else is made from it.
 *
 *   file  = "careledger/blk/2" ‖ frame*
 *   frame = head ‖ payload ‖ check
 *   head  = "CLF" ‖ kind: 1 byte ‖ payload length: 4 bytes ‖ height: 8 bytes ‖ first 8 bytes of SHA-256 of the 16 before
 *   check = first 16 bytes of SHA-256(head ‖ payload)
 *
 * The head has a checksum of its own, so that a damaged length is told from a frame that was never finished.
 */
import { sha256 } from '#sha256';
import { concat, equalBytes, uint64, utf8 } from '../../../base/bytes.ts';
import { MAX_BLOCK_BYTES } from '../../../ledger/block/block.ts';

/** Says also in which form headers and transactions are: a file of another form is refused by its first bytes. */
export const FILE_MARK: Uint8Array = utf8('careledger/blk/2');
const EARLIER_MARKS: readonly Uint8Array[] = [utf8('careledger/blk/1')];
export const FRAME_HEAD_BYTES = 24;
export const FRAME_CHECK_BYTES = 16;
const FRAME_MARK = utf8('CLF');
const KINDS = ['genesis', 'block', 'attestation', 'base', 'pruned', 'chunk', 'trust'] as const;
export type FrameKind = (typeof KINDS)[number];

export interface FrameHead {
  readonly kind: FrameKind;
  /** Of the payload. */
  readonly length: number;
  /** Height of the block, or of the block that is attested; a chunk’s number; 0 for the genesis; of the newest block for trust. */
  readonly height: number;
}

/** Whether a file that begins with these bytes was written by an earlier pre-release, in forms that are not read any more. */
export const isEarlierMark = (bytes: Uint8Array): boolean => EARLIER_MARKS.some((mark) => equalBytes(mark, bytes));

export const frameBytes = (payloadLength: number): number => FRAME_HEAD_BYTES + payloadLength + FRAME_CHECK_BYTES;

export function encodeFrame(kind: FrameKind, height: number, payload: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, payload.length);
  const fields = concat(FRAME_MARK, new Uint8Array([KINDS.indexOf(kind)]), length, uint64(height));
  const head = concat(fields, sha256(fields).subarray(0, 8));
  return concat(head, payload, sha256(head, payload).subarray(0, FRAME_CHECK_BYTES));
}

/** Undefined when the 24 bytes are not an intact head. */
export function decodeFrameHead(bytes: Uint8Array): FrameHead | undefined {
  if (bytes.length !== FRAME_HEAD_BYTES || !equalBytes(bytes.subarray(0, 3), FRAME_MARK)) return undefined;
  if (!equalBytes(sha256(bytes.subarray(0, 16)).subarray(0, 8), bytes.subarray(16))) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[bytes[3]!];
  const length = view.getUint32(4);
  if (!kind || length > MAX_BLOCK_BYTES) return undefined;
  return { kind, length, height: Number(view.getBigUint64(8)) };
}

/** The payload of a whole frame, or undefined when its checksum does not hold. */
export function framePayload(frame: Uint8Array): Uint8Array | undefined {
  const end = frame.length - FRAME_CHECK_BYTES;
  const check = sha256(frame.subarray(0, end)).subarray(0, FRAME_CHECK_BYTES);
  return equalBytes(check, frame.subarray(end)) ? frame.subarray(FRAME_HEAD_BYTES, end) : undefined;
}
