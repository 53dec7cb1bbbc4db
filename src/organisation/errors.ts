import { defineErrors } from '../base/errors.ts';

export const organisationErrors = defineErrors({
  'organisation.option': {
    status: 400,
    issue: 'invalid',
    message: 'An option has a value that cannot be used.',
    hint: 'See "npx careledger --help".',
  },
  'organisation.no-home': {
    status: 404,
    issue: 'not-found',
    message: 'There is no home of an organisation in this directory.',
    hint: 'Make a network with "npx careledger network create --home DIR --organisations a,b,c,d"; the homes are DIR/a, DIR/b, …',
  },
  'organisation.no-network': {
    status: 404,
    issue: 'not-found',
    message: 'There is no network in this directory.',
    hint: 'Make one with "npx careledger network create --home DIR --organisations a,b,c,d".',
  },
  'organisation.exists': {
    status: 409,
    issue: 'conflict',
    message: 'There is something else in this directory already.',
    hint: 'Choose a new or empty directory with --home DIR. Nothing was changed.',
  },
  'organisation.incomplete': {
    status: 500,
    issue: 'exception',
    message: 'The home is incomplete or damaged.',
    hint: 'Restore it from a backup, or make the network anew in an empty directory. Nothing was changed.',
  },
  'organisation.no-access': {
    status: 500,
    issue: 'security',
    message: 'The home is another user’s.',
    hint: 'Run the node as the user who owns the home, or give the home to the user who runs it: chown -R USER DIR.',
  },
  'organisation.running': {
    status: 409,
    issue: 'conflict',
    message: 'Another process is running this organisation.',
    hint: 'Stop it first; "npx careledger network status" shows what runs.',
  },
  'organisation.port-in-use': {
    status: 503,
    issue: 'exception',
    message: 'A port is in use by another program.',
    hint: 'Stop that program, or change the port in the careledger.json of the home (and in the peers’, where they connect to it).',
  },
  'organisation.no-tls': {
    status: 400,
    issue: 'security',
    message: 'HTTP would be open to other machines without TLS.',
    hint: 'Give it a certificate (--tls-certificate FILE --tls-key FILE, or "tls" in careledger.json), or say that a proxy with TLS is in front of it (--behind-proxy, or "behindProxy": true), or let it listen on 127.0.0.1.',
  },
  'organisation.no-trial': {
    status: 403,
    issue: 'forbidden',
    message: 'This organisation is not one for trial.',
    hint: 'Tokens come from its own sign-in; only a home with "trial": true in careledger.json gives them on the command line.',
  },
  'organisation.no-introduction': {
    status: 502,
    issue: 'exception',
    message: 'The network could not be learnt from this member.',
    hint: 'Check the URL (--from), whether the node runs and can be reached from here, and the genesis hash that its people told you. A certificate of an authority of your own: put that authority into the certificate store of this machine.',
  },
  'organisation.no-trusted-block': {
    status: 503,
    issue: 'transient',
    message: 'No recent block could be followed from the genesis.',
    hint: 'Start when two members answer at least, or without --from-snapshot: then all blocks are fetched and executed.',
  },
  'organisation.not-ready': {
    status: 503,
    issue: 'transient',
    message: 'The network did not come up in time.',
    hint: '"npx careledger network status" says who is missing and why; the logs are node.log and cometbft.log in the homes.',
  },
});
