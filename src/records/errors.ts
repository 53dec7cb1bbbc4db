/** What can go wrong between a caller and the records. */
import { defineErrors } from '../base/errors.ts';

export const recordsErrors = defineErrors({
  'records.conflict': {
    status: 409,
    issue: 'conflict',
    message: 'The record has moved on since it was read.',
    hint: 'Read the current version, apply the change to it and send it again.',
  },
  'records.guard': { status: 412, issue: 'conflict', message: 'A condition of the write does not hold.', hint: 'Search again and decide anew.' },
  'records.not-anchored': {
    status: 404,
    issue: 'not-found',
    message: 'The entry is written but not on the ledger yet.',
    hint: 'Ask again after the next anchor: within a few seconds.',
  },
  'records.no-entry': {
    status: 404,
    issue: 'not-found',
    message: 'The log has no such entry.',
    hint: 'Positions count from 0, up to the size of the log.',
  },
  'records.bad-cursor': {
    status: 400,
    issue: 'value',
    message: 'The page cursor is not one of this query.',
    hint: 'Start again from the first page.',
  },
  'records.too-many-to-sort': {
    status: 400,
    issue: 'too-costly',
    message: 'Too many records match to sort them by date.',
    hint: 'Narrow the search (a patient, a code, a period), or sort by _lastUpdated.',
  },
  'records.damaged': {
    status: 500,
    issue: 'exception',
    message: 'A stored entry does not open: it was altered.',
    hint: 'Run `careledger verify --all` to locate the damage and `careledger heal` to restore it from a peer.',
  },
  'records.not-the-original': {
    status: 409,
    issue: 'conflict',
    message: 'The copy is not what was committed to: it is not taken.',
    hint: 'Ask another peer; verify the stored batches first, their repair may be needed before.',
  },
  'records.too-large': {
    status: 413,
    issue: 'too-long',
    message: 'The record is too large.',
    hint: 'Split it, or keep large content as an attachment.',
  },
});
