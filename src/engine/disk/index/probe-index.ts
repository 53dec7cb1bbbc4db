/**
 * Run as a process of its own by `index-health.ts`: reads every entry of an index. LMDB maps its file into memory and trusts it, so a damaged
 * one can end the process that reads it; better this process than the ledger's. Exits 0 when everything could be read.
 */
import { open } from 'lmdb';

const database = open<Buffer, Uint8Array>({ path: process.argv[2]!, encoding: 'binary', keyEncoding: 'binary', readOnly: true, cache: false });
let bytes = 0;
for (const { key, value } of database.getRange({})) bytes += key.length + value.length;
await database.close();
process.exitCode = bytes >= 0 ? 0 : 1;
