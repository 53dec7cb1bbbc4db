import { defineErrors } from '../base/errors.ts';

export const sharingErrors = defineErrors({
  'sharing.malformed': {
    status: 400,
    issue: 'structure',
    message: 'The message is not in the form that the method has.',
    hint: 'Both organisations should run a current version.',
  },
  'sharing.invalid': { status: 422, issue: 'invalid', message: 'The share cannot be made like this.', hint: 'Correct what the message names.' },
  'sharing.unknown-share': { status: 404, issue: 'not-found', message: 'There is no such share.', hint: 'Look at the list of shares.' },
  'sharing.not-active': {
    status: 409,
    issue: 'conflict',
    message: 'The share has been stopped or has expired.',
    hint: 'Make a new share if it is still wanted.',
  },
  'sharing.unknown-request': { status: 404, issue: 'not-found', message: 'There is no such access request.', hint: 'Look at the list of requests.' },
  'sharing.commitment': {
    status: 409,
    issue: 'security',
    message: 'What was received is not what the other organisation has committed to.',
    hint: 'Nothing of it was kept. Tell the privacy officers of both organisations.',
  },
  'sharing.no-copy': {
    status: 404,
    issue: 'not-found',
    message: 'No intact copy of this version is held here.',
    hint: 'Ask another organisation with which the record was shared.',
  },
  'sharing.too-many': { status: 429, issue: 'throttled', message: 'Too many access requests in a short time.', hint: 'Wait a minute.' },
});
