import { defineErrors } from '../base/errors.ts';

export const accessErrors = defineErrors({
  'access.token-missing': {
    status: 401,
    issue: 'login',
    message: 'No bearer token was sent.',
    hint: 'Send `Authorization: Bearer <token>`; sandbox tokens come from `careledger token`.',
  },
  'access.token-invalid': {
    status: 401,
    issue: 'login',
    message: 'The bearer token is not valid here.',
    hint: 'Get a new token from this organisation; tokens of other organisations are not accepted.',
  },
  'access.token-expired': { status: 401, issue: 'expired', message: 'The bearer token has expired.', hint: 'Sign in again to get a new token.' },
  'access.claims': {
    status: 400,
    issue: 'invalid',
    message: 'The token cannot be issued with these claims.',
    hint: 'See `careledger token --help` for the roles and scopes.',
  },
  'access.membership': {
    status: 403,
    issue: 'forbidden',
    message: 'The organisation is not an active member of the network.',
    hint: 'Ask the operator of the network about the membership.',
  },
  'access.role': {
    status: 403,
    issue: 'forbidden',
    message: 'This role may not do this.',
    hint: 'Sign in with a role that may, or ask your privacy officer.',
  },
  'access.scope': {
    status: 403,
    issue: 'forbidden',
    message: 'The token does not carry a scope for this.',
    hint: 'Ask for a token with the scope named in the message.',
  },
  'access.statute': {
    status: 403,
    issue: 'forbidden',
    message: 'A law forbids this release without a separate authorisation.',
    hint: 'Ask the patient for the authorisation that the law names.',
  },
  'access.denied-by-patient': {
    status: 403,
    issue: 'forbidden',
    message: 'The patient has refused this use.',
    hint: 'Talk with the patient; only they can change it.',
  },
  'access.no-basis': {
    status: 403,
    issue: 'forbidden',
    message: 'There is no permitted basis for reading this record.',
    hint: 'Ask the patient: request access with the patient’s name and date of birth; they can share their record from their portal.',
  },
  'access.share-stopped': {
    status: 403,
    issue: 'forbidden',
    message: 'The patient has stopped sharing, or the share has expired; nothing more is released.',
    hint: 'Request access again if it is still needed; the patient decides.',
  },
  'access.ledger-stale': {
    status: 503,
    issue: 'transient',
    message: 'The ledger is not current here, so it cannot be checked whether the share still holds.',
    hint: 'Try again in a moment.',
  },
  'access.audit-failed': {
    status: 503,
    issue: 'transient',
    message: 'The access could not be logged, so nothing was released.',
    hint: 'Try again; tell the operator if it stays.',
  },
});
