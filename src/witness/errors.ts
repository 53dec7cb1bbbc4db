import { defineErrors } from '../base/errors.ts';

/** What can go wrong with being, or asking, a witness. */
export const witnessErrors = defineErrors({
  'witness.state-damaged': {
    status: 500,
    issue: 'exception',
    message: 'What this witness has seen cannot be read any more.',
    hint: 'Restore the directory from a backup that is as new as its last answer, or start a witness with a new key: one that has forgotten must not sign again.',
  },
  'witness.bad-file': {
    status: 400,
    issue: 'structure',
    message: 'The file is not a list of witnesses.',
    hint: 'One line each: verifier key, URL, name (docs/operations/witnesses.md).',
  },
  'witness.unprovable': {
    status: 503,
    issue: 'not-supported',
    message: 'The way from what the witness has seen to the newest state is no longer kept here.',
    hint: 'A member that keeps the whole log brings the witness up to date; then it cosigns for this node too.',
  },
  'witness.unreachable': {
    status: 503,
    issue: 'transient',
    message: 'The witness did not answer.',
    hint: 'Check its address and whether it runs; the next checkpoint is offered to it again.',
  },
  'witness.refused': {
    status: 502,
    issue: 'processing',
    message: 'The witness refused the checkpoint.',
    hint: 'Give the witness this log’s key (careledger witness start --log …).',
  },
  'witness.bad-answer': {
    status: 502,
    issue: 'processing',
    message: 'The witness answered with something else than its cosignature.',
    hint: 'Compare the verifier key of the witness with the one that is configured here.',
  },
  'witness.inconsistent': {
    status: 409,
    issue: 'conflict',
    message: 'The witness has seen another history of this ledger.',
    hint: 'Follow docs/operations/runbooks/history-disputed.md: do not restart with another history.',
  },
  'witness.ahead': {
    status: 409,
    issue: 'conflict',
    message: 'The witness has seen more of this ledger than there is here.',
    hint: 'Follow docs/operations/runbooks/history-disputed.md: blocks that others have seen are missing here.',
  },
});
