/** The frame of a repair: one transaction, while the writer stands still and looks at the database anew afterwards. */
import type pg from 'pg';
import type { Row } from '../../store/database.ts';
import type { Records } from '../open.ts';

export type Run = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Throws the driver's error; then nothing was changed. */
export function repairTransaction(records: Records, work: (run: Run) => Promise<void>): Promise<void> {
  return records.store.exclusive(async () => {
    const client = await records.database.connect();
    const run = runOn(client);
    try {
      await run('begin');
      await work(run);
      await run('commit');
    } finally {
      await client.end();
    }
  });
}

const runOn =
  (client: pg.Client): Run =>
  async (text, values = []) => {
    const { rows } = await client.query({ text, values: [...values], rowMode: 'array' });
    return rows as unknown as readonly Row[];
  };
