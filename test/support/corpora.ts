/** Public test corpora beside the repository (`../shared/corpora`). They are not part of it: a test that needs one says so and is skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const root = new URL('../../../shared/corpora/', import.meta.url);

/** The file's URL, or undefined with a printed reason. Use: `describe.skipIf(!file)`. */
export function corpus(path: string): URL | undefined {
  const url = new URL(path, root);
  if (existsSync(url)) return url;
  console.warn(`skipped: the corpus ${path} is not here (looked in ${root.pathname})`);
  return undefined;
}

export interface ArchivedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The regular files of a `.tar.gz` (ustar, with the long names of GNU and pax). */
export function readTarGz(url: URL): readonly ArchivedFile[] {
  const tar = gunzipSync(readFileSync(url));
  const files: ArchivedFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const text = (from: number, length: number): string => tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12).trim(), 8);
    const type = text(156, 1);
    const bytes = tar.subarray(at + 512, at + 512 + size);
    const prefix = text(257, 5) === 'ustar' && text(345, 155) !== '' ? `${text(345, 155)}/` : '';
    if (type === 'L') longName = bytes.toString('utf8').replace(/\0.*$/s, '');
    else if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(bytes.toString('utf8'))?.[1];
    else {
      if (type === '0' || type === '') files.push({ path: longName ?? prefix + text(0, 100), bytes });
      longName = undefined;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
