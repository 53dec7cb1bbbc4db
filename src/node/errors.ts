import { defineErrors } from '../base/errors.ts';

export const nodeErrors = defineErrors({
  'node.port-in-use': { status: 503, issue: 'exception', message: 'A port is in use by another program.', hint: 'Stop the other program, or configure another port.' },
  'node.listen-failed': { status: 503, issue: 'exception', message: 'The server could not listen on its address.', hint: 'Check host and port of the configuration; ports below 1024 need privileges.' },
  'node.not-found': { status: 404, issue: 'not-found', message: 'There is nothing at this address.', hint: 'GET /.well-known/careledger lists the interfaces.' },
  'node.too-large': { status: 413, issue: 'too-long', message: 'The body is larger than this server accepts.', hint: 'Send it in smaller parts.' },
  'node.media-type': { status: 415, issue: 'not-supported', message: 'The content type is not supported here.', hint: 'Send application/json.' },
  'node.bad-request': { status: 400, issue: 'invalid', message: 'The request cannot be understood.', hint: 'Check method, address and body.' },
  'node.internal': { status: 500, issue: 'exception', message: 'Something went wrong inside of the server.', hint: 'Try again; if it stays, tell the operator the time of the request.' },
  'node.stopping': { status: 503, issue: 'transient', message: 'The server is stopping.', hint: 'Try again in a moment.' },
});
