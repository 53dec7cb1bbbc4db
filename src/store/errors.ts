/** What can go wrong between the node and PostgreSQL. */
import { defineErrors } from '../base/errors.ts';

export const storeErrors = defineErrors({
  'store.no-binaries': {
    status: 500,
    issue: 'exception',
    message: 'There is no embedded PostgreSQL for this platform.',
    hint: 'Set DATABASE_URL to a PostgreSQL server (15 or newer), or install with optional dependencies.',
  },
  'store.start-failed': {
    status: 500,
    issue: 'exception',
    message: 'The embedded PostgreSQL did not start.',
    hint: 'Read the end of postgres.log in the data directory; check free space and permissions.',
  },
  'store.damaged': {
    status: 500,
    issue: 'exception',
    message: 'The database directory is damaged.',
    hint: 'Restore the data directory from a backup, or move it away to start empty.',
  },
  'store.not-writable': {
    status: 500,
    issue: 'exception',
    message: 'The data directory cannot be written to.',
    hint: 'Check free space, permissions and mount options of the data directory.',
  },
  'store.locked': {
    status: 500,
    issue: 'lock-error',
    message: 'Another process is using this data.',
    hint: 'Stop the other node that runs on the same data directory or database first.',
  },
  'store.unavailable': {
    status: 503,
    issue: 'transient',
    message: 'The database does not answer.',
    hint: 'Try again; if it stays so, look at the database server and its log.',
  },
  'store.failed': {
    status: 500,
    issue: 'exception',
    message: 'The database refused a statement.',
    hint: 'Read the log of the node; free space and the database version are the first suspects.',
  },
  'store.incompatible': {
    status: 500,
    issue: 'exception',
    message: 'The database was written by another version.',
    hint: 'Use the version of Careledger that wrote it; data of an earlier pre-release: start with a new data directory or database.',
  },
  'store.busy': {
    status: 503,
    issue: 'throttled',
    message: 'Too many writes are waiting.',
    hint: 'Send again after a moment, with fewer requests at a time.',
  },
  'store.conflict': {
    status: 409,
    issue: 'conflict',
    message: 'The record has moved on since it was read.',
    hint: 'Read the current version and try again.',
  },
  'store.guard': { status: 412, issue: 'conflict', message: 'A condition of the write does not hold.', hint: 'Search again and decide anew.' },
  'store.closed': { status: 503, issue: 'transient', message: 'The store is closed.', hint: 'The node is stopping; try again after it has started.' },
});
