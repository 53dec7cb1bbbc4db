/** Answers of HTTP servers that are not ours, read up to a limit: what a header says of the length binds nobody. */
import { concat, fromUtf8 } from './bytes.ts';

/** Throws once there is more than the limit; the rest is not read. `limit`: bytes, after decompression. */
export async function bodyUpTo(answer: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  return concat(...parts);
}

/** Throws on what is too long, not UTF-8 or not JSON. */
export const jsonUpTo = async (answer: Response, limit: number): Promise<unknown> => JSON.parse(fromUtf8(await bodyUpTo(answer, limit)));
