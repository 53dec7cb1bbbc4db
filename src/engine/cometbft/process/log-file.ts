/** A log with an end: when a file is full it becomes `<name>.1`, that one `<name>.2`, and the oldest goes. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

export interface LogFile {
  write(chunk: Uint8Array | string): void;
  close(): void;
}

const FILE_BYTES = 16 << 20;
const OLDER_FILES = 2;

/** Writing never throws: a full disk costs lines of the log, not the node. */
export function openLogFile(path: string, fileBytes = FILE_BYTES): LogFile {
  const open = (): number => openSync(path, 'a', 0o600);
  let file: number | undefined = open();
  let size = fstatSync(file).size;

  function rotate(): void {
    closeSync(file!);
    file = undefined;
    rmSync(`${path}.${OLDER_FILES}`, { force: true });
    for (let older = OLDER_FILES - 1; older >= 0; older--) {
      try {
        renameSync(older === 0 ? path : `${path}.${older}`, `${path}.${older + 1}`);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      }
    }
    file = open();
    size = 0;
  }

  return {
    write(chunk) {
      try {
        if (file === undefined) return;
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        if (size > 0 && size + bytes.length > fileBytes) rotate();
        size += writeSync(file, bytes);
      } catch {
        // Nothing to tell it to.
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
