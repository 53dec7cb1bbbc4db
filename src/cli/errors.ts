import { defineErrors } from '../base/errors.ts';

export const cliErrors = defineErrors({
  'cli.usage': { status: 400, issue: 'invalid', message: 'The command cannot be understood.', hint: 'See "npx careledger --help".' },
  'cli.not-running': {
    status: 503,
    issue: 'exception',
    message: 'No sandbox is running on this data directory.',
    hint: 'Start one with "npm start", or name its data directory with --data DIR.',
  },
  'cli.no-data': {
    status: 404,
    issue: 'not-found',
    message: 'There is no Careledger data in this directory.',
    hint: 'Start a sandbox once with "npm start", or name its data directory with --data DIR.',
  },
  'cli.sandbox-only': {
    status: 403,
    issue: 'forbidden',
    message: 'This is for sandboxes only.',
    hint: 'The data directory does not belong to a sandbox.',
  },
  'cli.no-file': { status: 404, issue: 'not-found', message: 'A file cannot be read.', hint: 'Check the path.' },
  'cli.not-a-bundle': {
    status: 400,
    issue: 'invalid',
    message: 'The file is not a FHIR R4 transaction bundle.',
    hint: 'Import takes JSON bundles of type "transaction" or "batch", as Synthea writes them.',
  },
  'cli.import-failed': {
    status: 422,
    issue: 'processing',
    message: 'Some files could not be imported.',
    hint: 'Fix what is named above and run the same command again: files that are in are recognised.',
  },
  'cli.not-evidence': {
    status: 400,
    issue: 'invalid',
    message: 'The file is nothing that can be checked.',
    hint: 'Check the path; what was cut off or changed on its way has to be fetched again.',
  },
  'cli.no-trust': {
    status: 400,
    issue: 'invalid',
    message: 'There is no genesis to check the receipt against.',
    hint: 'Name one with --trust FILE (get it from any member: /explorer/api/genesis), or a data directory with --data DIR.',
  },
  'cli.server-answer': {
    status: 502,
    issue: 'exception',
    message: 'The server answered with something unexpected.',
    hint: 'Look at the message; "npx careledger status" shows what runs.',
  },
});
