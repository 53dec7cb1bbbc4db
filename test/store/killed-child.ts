/** A process that writes as fast as it can and says what was acknowledged, until it is killed. Arguments: directory, round. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { unwrap } from '../../src/base/result.ts';
import { openRecords } from '../../src/records/open.ts';
import { openCluster } from '../../src/store/postgres-cluster.ts';
import { rootKeyFromBytes } from '../../src/vault/root-key.ts';
import { audit, draft, unit } from '../support/records.ts';

const [directory, round] = process.argv.slice(2) as [string, string];
const cluster = unwrap(await openCluster({ directory: join(directory, 'postgres'), logDirectory: join(directory, 'logs') }));
const database = unwrap(await cluster.createDatabase('killed'));
const records = unwrap(await openRecords({ organisation: 'city-hospital', rootKey: rootKeyFromBytes(new Uint8Array(32).fill(7)), database }));
writeSync(1, `ready ${cluster.pid()}\n`);

await Promise.all(
  Array.from({ length: 8 }, async (_, client) => {
    for (let index = 0; ; index++) {
      const id = `r${round}-${client}-${index}`;
      const versions = [1, 2].map((version) =>
        draft({
          type: 'Observation',
          id,
          version,
          patient: `p${client}`,
          compartments: [`p${client}`],
          terms: { tokens: [`Observation.round\u0000${round}`, `Observation.version\u0000${version}`], edges: [] },
        }),
      );
      unwrap(
        await records.writer.append(unit({ versions: index % 3 === 0 ? versions : versions.slice(0, 1), events: [audit(id, [`of\u0000${id}`])] })),
      );
      writeSync(1, `${id}\n`);
    }
  }),
);
