import { defineErrors } from '../base/errors.ts';

export const nodeErrors = defineErrors({
  'node.port-in-use': {
    status: 503,
    issue: 'exception',
    message: 'A port is in use by another program.',
    hint: 'Stop the other program, or configure another port.',
  },
  'node.unknown-host': {
    status: 421,
    issue: 'security',
    message: 'This server is not called by this name.',
    hint: 'Use the address that it printed at its start, or set CARELEDGER_HOST to the name.',
  },
  'node.listen-failed': {
    status: 503,
    issue: 'exception',
    message: 'The server could not listen on its address.',
    hint: 'Check host and port of the configuration; ports below 1024 need privileges.',
  },
});
