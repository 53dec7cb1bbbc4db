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
    hint: 'Use the address that it printed at its start, or tell it the name: CARELEDGER_HOST of a sandbox, "url" in the careledger.json of a home.',
  },
  'node.tls-file': {
    status: 500,
    issue: 'exception',
    message: 'A file of the TLS certificate cannot be used.',
    hint: 'Name PEM files that the user of the node can read: the certificate of this server first with those that lead to its authority, and its key without a passphrase.',
  },
  'node.tls-mismatch': {
    status: 500,
    issue: 'exception',
    message: 'The TLS key is not the one of the certificate.',
    hint: 'Name the two files that were made together; in the file of the certificate, the one of this server comes first.',
  },
  'node.tls-expired': {
    status: 500,
    issue: 'expired',
    message: 'The TLS certificate is not valid at this time.',
    hint: 'Renew it: a running node takes new files within a minute. If it should be valid now, look at the clock of this machine.',
  },
  'node.listen-failed': {
    status: 503,
    issue: 'exception',
    message: 'The server could not listen on its address.',
    hint: 'Check host and port of the configuration; ports below 1024 need privileges.',
  },
});
