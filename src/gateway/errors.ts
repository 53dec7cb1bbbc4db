import { defineErrors } from '../base/errors.ts';

export const gatewayErrors = defineErrors({
  'gateway.not-found': { status: 404, issue: 'not-found', message: 'There is nothing at this address.', hint: 'Check the address.' },
  'gateway.bad-request': { status: 400, issue: 'invalid', message: 'The request cannot be understood.', hint: 'Correct what the message names.' },
  'gateway.media-type': { status: 415, issue: 'not-supported', message: 'The body is not JSON.', hint: 'Send application/json.' },
  'gateway.too-large': { status: 413, issue: 'too-long', message: 'The request is over the size limit.', hint: 'Send less at a time.' },
  'gateway.not-released': {
    status: 500,
    issue: 'exception',
    message: 'The answer was held back: its release was not logged.',
    hint: 'This is a fault of the software; tell the operator.',
  },
  'gateway.internal': {
    status: 500,
    issue: 'exception',
    message: 'The server could not do this.',
    hint: 'Try again; tell the operator if it stays.',
  },
  'gateway.no-verification': {
    status: 404,
    issue: 'not-found',
    message: 'Nothing has been verified yet since the start.',
    hint: 'Run a verification.',
  },
});
