/**
 * Frames out of a stream of chunks: an unsigned varint with the length, then as many bytes. A frame that lies in one chunk is a view of it;
 * only one that lies across chunks is put together, into memory of exactly its size.
 */

/** What the other side sent is not the protocol: nothing behind it can be read. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const LENGTH_BYTES = 5;
const NOTHING = new Uint8Array(0);

export class FrameReader {
  private readonly limit: number;
  private chunk: Uint8Array = NOTHING;
  private at = 0;
  /** Of the frame that is being read: its length as far as it is known, and what is there of it when it goes on in the next chunk. */
  private length = 0;
  private lengthBytes = 0;
  private lengthKnown = false;
  private partial: Uint8Array | undefined;
  private filled = 0;

  /** `limit`: bytes of a frame, at most. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Only after `next` said that there are no more frames in the chunk before. */
  push(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.at = 0;
  }

  /** Whether the stream may end here: between two frames. */
  get isBetweenFrames(): boolean {
    return this.lengthBytes === 0 && this.at === this.chunk.length;
  }

  /** The next whole frame, if it is there. Throws a `FrameError`, and is of no use afterwards. */
  next(): Uint8Array | undefined {
    if (!this.lengthKnown) this.readLength();
    if (!this.lengthKnown) return this.release();
    const left = this.chunk.length - this.at;
    const missing = this.length - this.filled;
    if (!this.partial && left >= missing) return this.finish(this.take(missing));
    this.partial ??= Buffer.allocUnsafeSlow(this.length);
    const part = this.take(Math.min(left, missing));
    this.partial.set(part, this.filled);
    this.filled += part.length;
    return this.filled === this.length ? this.finish(this.partial) : this.release();
  }

  private readLength(): void {
    while (this.at < this.chunk.length) {
      const byte = this.chunk[this.at++]!;
      this.length += (byte & 0x7f) * 2 ** (7 * this.lengthBytes++);
      if (this.length > this.limit) throw new FrameError(`a frame of at least ${this.length} bytes; the limit is ${this.limit}`);
      if (byte < 0x80) {
        this.lengthKnown = true;
        return;
      }
      if (this.lengthBytes === LENGTH_BYTES) throw new FrameError('the length of a frame does not end');
    }
  }

  private take(bytes: number): Uint8Array {
    return this.chunk.subarray(this.at, (this.at += bytes));
  }

  private finish(frame: Uint8Array): Uint8Array {
    this.length = this.lengthBytes = this.filled = 0;
    this.lengthKnown = false;
    this.partial = undefined;
    return frame;
  }

  /** The chunk is used up: it is not kept until the next one comes. */
  private release(): undefined {
    this.chunk = NOTHING;
    this.at = 0;
    return undefined;
  }
}
