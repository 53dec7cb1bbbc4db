import { defineErrors } from '../base/errors.ts';

export const sandboxErrors = defineErrors({
  'sandbox.option': {
    status: 400,
    issue: 'invalid',
    message: 'An option has a value that cannot be used.',
    hint: 'See "npx careledger start --help".',
  },
  'sandbox.port-in-use': {
    status: 503,
    issue: 'exception',
    message: 'A port is in use by another program.',
    hint: 'Choose other ports with --port N (or CARELEDGER_PORT): the network takes N to N+5 and N+1001 to N+1005 (on CometBFT N+2001 to N+2005 too).',
  },
  'sandbox.data-read-only': {
    status: 503,
    issue: 'exception',
    message: 'The data directory cannot be written to.',
    hint: 'Give this user write permission, or choose another directory with --data DIR (or CARELEDGER_DATA).',
  },
  'sandbox.data-full': {
    status: 503,
    issue: 'no-store',
    message: 'The disk of the data directory is full.',
    hint: 'Free some space, or choose a directory on another disk with --data DIR (or CARELEDGER_DATA).',
  },
  'sandbox.data-foreign': {
    status: 503,
    issue: 'exception',
    message: 'The data directory is not empty and was not made by Careledger.',
    hint: 'Choose an empty or new directory with --data DIR (or CARELEDGER_DATA).',
  },
  'sandbox.data-version': {
    status: 503,
    issue: 'exception',
    message: 'The data directory was written by another version of the data format.',
    hint: 'Use the version of Careledger that wrote it, or a new directory.',
  },
  'sandbox.other-engine': {
    status: 409,
    issue: 'conflict',
    message: 'The data directory has its ledger on another engine.',
    hint: 'Start it without --engine (it remembers its own), or choose a new directory with --data DIR.',
  },
  'sandbox.data-damaged': {
    status: 503,
    issue: 'exception',
    message: 'Something in the data directory is damaged.',
    hint: 'Restore the directory from a backup, or start with a new one (--data DIR). Nothing was changed.',
  },
  'sandbox.no-database': {
    status: 503,
    issue: 'exception',
    message: 'The data directory has a ledger, but its databases are not in it.',
    hint: 'If they are on another PostgreSQL server, name it in DATABASE_URL; otherwise restore the folder "postgres" from a backup.',
  },
  'sandbox.data-in-use': {
    status: 409,
    issue: 'conflict',
    message: 'Another process is using the data directory.',
    hint: 'Stop it first, or choose another directory with --data DIR (or CARELEDGER_DATA).',
  },
  'sandbox.seeding-failed': {
    status: 500,
    issue: 'exception',
    message: 'A synthetic record was refused while the network was being filled.',
    hint: 'Delete the data directory and start again; if it stays, report it.',
  },
  'sandbox.no-persona': {
    status: 404,
    issue: 'not-found',
    message: 'There is no such person to walk in as.',
    hint: 'GET /hub/api/personas lists them.',
  },
  'sandbox.no-attack': {
    status: 404,
    issue: 'not-found',
    message: 'There is no attack of that name.',
    hint: 'GET /hub/api/attacks, or "npx careledger attack --list", lists them.',
  },
  'sandbox.no-organisation': {
    status: 404,
    issue: 'not-found',
    message: 'There is no such organisation in this network.',
    hint: 'GET /.well-known/careledger lists them.',
  },
  'sandbox.attack-failed': {
    status: 409,
    issue: 'processing',
    message: 'There is nothing that this attack could be performed on.',
    hint: 'Import some records at this organisation first, or choose another one.',
  },
});
