/**
 * Copies of many short byte strings, side by side in shared pieces of memory: one of its own for each costs more than the copying, and
 * the collector again. A piece is freed when the last string in it is.
 */
const PIECE_BYTES = 65_536;
/** Longer ones have their own memory: they would only keep a piece. */
const LONGEST = PIECE_BYTES / 16;

export function copies(): (bytes: Uint8Array) => Uint8Array {
  let piece = new Uint8Array(0);
  let used = 0;
  return (bytes) => {
    if (bytes.length > LONGEST) return new Uint8Array(bytes);
    if (used + bytes.length > piece.length) {
      piece = new Uint8Array(PIECE_BYTES);
      used = 0;
    }
    const copy = piece.subarray(used, (used += bytes.length));
    copy.set(bytes);
    return copy;
  };
}
