import { defineErrors } from '../base/errors.ts';

export const networkErrors = defineErrors({
  'network.unknown-member': {
    status: 403,
    issue: 'forbidden',
    message: 'The organisation is not a member of this network.',
    hint: 'Check the organisation’s id; members are listed in the explorer.',
  },
  'network.suspended': {
    status: 403,
    issue: 'forbidden',
    message: 'The organisation’s membership is suspended.',
    hint: 'Ask the operator of the network.',
  },
  'network.certificate': {
    status: 403,
    issue: 'security',
    message: 'The certificate was not issued by the key that the organisation has on the ledger.',
    hint: 'Register the current TLS key on the ledger, or correct the address.',
  },
  'network.malformed': {
    status: 400,
    issue: 'structure',
    message: 'The message is not in the format of the channel.',
    hint: 'See docs/protocol/network.md.',
  },
  'network.too-large': { status: 413, issue: 'too-long', message: 'The message is over the size limit.', hint: 'Ask for less at a time.' },
  'network.bad-signature': {
    status: 403,
    issue: 'security',
    message: 'The signature does not verify under the organisation’s key on the ledger.',
    hint: 'Register the current signing key on the ledger.',
  },
  'network.wrong-recipient': {
    status: 400,
    issue: 'value',
    message: 'The message is meant for somebody else.',
    hint: 'Check chain id, sender and recipient.',
  },
  'network.expired': {
    status: 400,
    issue: 'expired',
    message: 'The message is outside its time window.',
    hint: 'Check the clocks of both machines; sign the message again.',
  },
  'network.replayed': {
    status: 409,
    issue: 'duplicate',
    message: 'The message was received before.',
    hint: 'Sign a new message; each is accepted once.',
  },
  'network.busy': { status: 503, issue: 'throttled', message: 'Too many messages at once.', hint: 'Try again in a moment.' },
  'network.unknown-method': {
    status: 404,
    issue: 'not-supported',
    message: 'The peer does not know this method.',
    hint: 'Both organisations should run a current version.',
  },
  'network.unreachable': {
    status: 502,
    issue: 'transient',
    message: 'The other organisation could not be reached.',
    hint: 'It is tried again by itself; check the address and whether their node runs.',
  },
  'network.failed': {
    status: 502,
    issue: 'exception',
    message: 'The other organisation could not answer.',
    hint: 'Try again; tell their operator if it stays.',
  },
});
