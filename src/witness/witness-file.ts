/** A file of witnesses: one a line, `<verifier key> <submission prefix> [name]`; `#` begins a remark. */
import { readFile } from 'node:fs/promises';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { parseVerifierKey } from '../ledger/checkpoint/note-key.ts';
import { witnessErrors } from './errors.ts';
import type { WitnessAddress } from './witness-port.ts';

const MAX_BYTES = 64 << 10;
const MAX_WITNESSES = 64;

/** `witness.bad-file` (data: line). */
export async function readWitnessFile(path: string): Promise<Result<readonly WitnessAddress[]>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    return bad(path, (cause as Error).message);
  }
  if (text.length > MAX_BYTES) return bad(path, 'it is too long');
  const list: WitnessAddress[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const [keyText = '', url = '', ...name] = content.split(/\s+/);
    const key = parseVerifierKey(keyText);
    if (!key.ok || key.value.use !== 'witness') return bad(path, `line ${at + 1} does not begin with the verifier key of a witness`);
    if (!/^https?:\/\/\S+$/.test(url)) return bad(path, `line ${at + 1} has no URL after the key`);
    list.push({ key: key.value, url: url.replace(/\/+$/, ''), name: name.join(' ') || key.value.name });
  }
  return list.length > MAX_WITNESSES ? bad(path, `it names more than ${MAX_WITNESSES}`) : ok(list);
}

const bad = (path: string, why: string) =>
  fail(codedError(witnessErrors, 'witness.bad-file', { message: `${path} is not a list of witnesses: ${why}.` }));
