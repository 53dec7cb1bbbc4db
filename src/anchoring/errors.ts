/** What can go wrong between an organisation's log and the ledger. */
import { defineErrors } from '../base/errors.ts';

export const anchoringErrors = defineErrors({
  'anchoring.truncated': {
    status: 500,
    issue: 'exception',
    message: 'The log is shorter than what was put on the ledger: entries are missing.',
    hint: 'Run `careledger verify --all`; restore the database from a newer backup or from peers. Nothing is anchored until then.',
  },
  'anchoring.forked': {
    status: 500,
    issue: 'exception',
    message: 'The log is not the one that was put on the ledger: entries were altered.',
    hint: 'Run `careledger verify --all` to locate the damage. Nothing is anchored until then.',
  },
  'anchoring.refused': {
    status: 503,
    issue: 'transient',
    message: 'The ledger did not take the log’s newest batch.',
    hint: 'It is sent again at the next interval; the reason is in the data.',
  },
  'anchoring.closed': {
    status: 503,
    issue: 'transient',
    message: 'Anchoring has stopped.',
    hint: 'The node is stopping; try again after it has started.',
  },
  'anchoring.pending': { status: 404, issue: 'not-found', message: 'The entry is not on the ledger yet.', hint: 'Ask again after the next anchor.' },
});
