/** Run as a process of its own, since a damaged LMDB file can end the process that reads it: SHA-256 over every entry of an index, and their number. */
import { createHash } from 'node:crypto';
import { open } from 'lmdb';

const database = open<Buffer, Uint8Array>({ path: process.argv[2]!, encoding: 'binary', keyEncoding: 'binary', readOnly: true, cache: false });
const digest = createHash('sha256');
let entries = 0;
for (const { key, value } of database.getRange({})) {
  entries++;
  digest.update(`${key.length} ${value.length} `).update(key).update(value);
}
await database.close();
process.stdout.write(`${entries} ${digest.digest('hex')}`);
