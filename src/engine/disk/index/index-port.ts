/** What is put into an index and read from it, whatever keeps it. */

/** An entry to be put, or removed when there is no value. */
export interface IndexWrite {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export interface IndexReader {
  get(key: Uint8Array): Uint8Array | undefined;
  /** The same without a copy: valid until the next read. */
  peek?(key: Uint8Array): Uint8Array | undefined;
}
