/** Bytes that are appended one after another, in one piece of memory that grows: many small pieces cost more to collect than to fill. */
export class ByteRow {
  length = 0;
  private memory: Uint8Array;

  /** `expected` bytes, about. */
  constructor(expected: number) {
    this.memory = new Uint8Array(Math.max(64, expected));
  }

  /** Room for `length` more bytes; returns where they begin. They are zero until they are written with `put`. */
  reserve(length: number): number {
    const at = this.length;
    this.length += length;
    if (this.length > this.memory.length) {
      const larger = new Uint8Array(Math.max(2 * this.memory.length, this.length));
      larger.set(this.memory.subarray(0, at));
      this.memory = larger;
    }
    return at;
  }

  append(bytes: Uint8Array): void {
    // First, for it may be another memory then.
    const at = this.reserve(bytes.length);
    this.memory.set(bytes, at);
  }

  /** All of it, until the next `reserve`: to be filled or read in place. */
  get bytes(): Uint8Array {
    return this.memory;
  }

  /** What was appended; shares memory with the row. */
  view(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }
}
