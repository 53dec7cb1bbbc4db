import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { failure, isConnectionLoss } from '../../src/store/failure.ts';

const said = (sqlState: string): Error => Object.assign(new pg.DatabaseError('said by the server', 0, 'error'), { code: sqlState });
const fromSocket = (code: string | undefined): Error => Object.assign(new Error('said by the socket'), code === undefined ? {} : { code });

describe('what the driver throws', () => {
  // A unit whose session was lost may have been written: it must not be taken for one that was refused, and tried again.
  test.each([said('57P01'), said('08006'), fromSocket(undefined), fromSocket('ECONNRESET'), fromSocket('EPIPE'), fromSocket('ENOENT')])(
    '%j is a lost connection',
    (cause) => {
      expect(isConnectionLoss(cause)).toBe(true);
      expect(failure(cause).code).toBe('store.unavailable');
    },
  );

  test.each([said('23505'), said('22003'), said('53100')])('%j is a refusal', (cause) => {
    expect(isConnectionLoss(cause)).toBe(false);
    expect(failure(cause).code).toBe('store.failed');
  });
});
