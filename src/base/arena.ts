/**
 * Small byte strings out of larger pieces of memory: a piece of its own for each costs more than what is in it. A piece lives as long as
 * anything that was taken from it; what is longer than a sixteenth of one would only keep it, and has its own memory.
 */
export class Arena {
  private readonly pieceBytes: number;
  private piece = new Uint8Array(0);
  private used = 0;

  constructor(pieceBytes: number) {
    this.pieceBytes = pieceBytes;
  }

  /** `length` bytes, all zero, that nobody else has. */
  take(length: number): Uint8Array {
    if (16 * length > this.pieceBytes) return new Uint8Array(length);
    if (this.used + length > this.piece.length) {
      this.piece = new Uint8Array(this.pieceBytes);
      this.used = 0;
    }
    const at = this.used;
    this.used += length;
    return this.piece.subarray(at, at + length);
  }

  copy(bytes: Uint8Array): Uint8Array {
    const copy = this.take(bytes.length);
    copy.set(bytes);
    return copy;
  }
}
