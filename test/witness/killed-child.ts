/** A witness in a process of its own, to be killed: requests come as lines of base64, each answer goes out as one line. */
import { createInterface } from 'node:readline';
import { unwrap } from '../../src/base/result.ts';
import { witnessName } from '../../src/ledger/checkpoint/checkpoint.ts';
import { openWitness } from '../../src/witness/witness.ts';
import { seedOf } from '../support/ledger.ts';
import { chainId, logKey } from './support.ts';

const witness = unwrap(
  await openWitness({
    directory: process.argv[2]!,
    name: witnessName(chainId, 'clinic'),
    seed: seedOf('clinic'),
    logKeys: async () => [logKey],
    now: Date.now,
  }),
);
process.stdout.write('open\n');
for await (const line of createInterface({ input: process.stdin })) {
  const { status, body } = await witness.add(new Uint8Array(Buffer.from(line, 'base64')));
  process.stdout.write(`${status} ${Buffer.from(body).toString('base64')}\n`);
}
