/** The one file that is appended to, behind a narrow port: tests put failing disks in its place. */
import { open, type FileHandle } from 'node:fs/promises';

export interface Storage {
  /** Bytes in the file now. */
  size(): number;
  /** Exactly `length` bytes, or fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Durable when it resolves. When it rejects, the file may have grown by any part of the bytes. */
  append(bytes: Uint8Array): Promise<void>;
  /** Durable when it resolves. */
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

export async function openStorage(path: string, access: 'read' | 'write'): Promise<Storage> {
  const file: FileHandle = await open(path, access === 'read' ? 'r' : 'r+');
  let size = (await file.stat()).size;
  return {
    size: () => size,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, length));
      let at = 0;
      while (at < bytes.length) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, offset + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.subarray(0, at);
    },
    async append(bytes) {
      let at = 0;
      while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at, size + at)).bytesWritten;
      await file.datasync();
      size += bytes.length;
    },
    async truncate(to) {
      await file.truncate(to);
      await file.datasync();
      size = to;
    },
    close: () => file.close(),
  };
}
