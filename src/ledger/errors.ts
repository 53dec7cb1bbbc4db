import { defineErrors } from '../base/errors.ts';

/** Why a transaction, a block or a proof is not accepted. */
export const ledgerErrors = defineErrors({
  'ledger.malformed': {
    status: 400,
    issue: 'structure',
    message: 'The bytes are not of the format.',
    hint: 'Encode as docs/protocol says: deterministic CBOR, exactly the fields of the schema.',
  },
  'ledger.too-large': {
    status: 413,
    issue: 'too-long',
    message: 'The transaction is over a limit.',
    hint: 'Split the operations over several transactions.',
  },
  'ledger.unknown-operation': {
    status: 400,
    issue: 'not-supported',
    message: 'There is no such operation.',
    hint: 'docs/protocol/transactions.md lists the operations.',
  },
  'ledger.bad-signature': {
    status: 401,
    issue: 'security',
    message: 'The signature does not verify.',
    hint: 'Sign the body’s exact bytes with the sender’s key.',
  },
  'ledger.wrong-chain': {
    status: 400,
    issue: 'value',
    message: 'The transaction is meant for another ledger.',
    hint: 'Use the chain id of this ledger’s genesis.',
  },
  'ledger.expired': {
    status: 409,
    issue: 'expired',
    message: 'The transaction’s expiry height has passed.',
    hint: 'Sign it again with a later expiry height.',
  },
  'ledger.expiry-too-far': {
    status: 400,
    issue: 'value',
    message: 'The transaction’s expiry height is too far away.',
    hint: 'Use an expiry height at most 10,000 blocks after the head.',
  },
  'ledger.replayed': {
    status: 409,
    issue: 'duplicate',
    message: 'The transaction is on the ledger already.',
    hint: 'Nothing to do; look it up by its hash.',
  },
  'ledger.not-a-member': {
    status: 403,
    issue: 'forbidden',
    message: 'The sender is not an active member.',
    hint: 'Ask a regulator of the network to admit the organisation.',
  },
  'ledger.not-permitted': {
    status: 403,
    issue: 'forbidden',
    message: 'The sender may not do this.',
    hint: 'docs/protocol/transactions.md says who may do what.',
  },
  'ledger.member-exists': { status: 409, issue: 'duplicate', message: 'There is a member with this id already.', hint: 'Choose another id.' },
  'ledger.unknown-member': {
    status: 404,
    issue: 'not-found',
    message: 'There is no member with this id.',
    hint: 'Look the id up in the list of organisations.',
  },
  'ledger.key-in-use': { status: 409, issue: 'duplicate', message: 'The signing key is or was in use.', hint: 'Generate a new key.' },
  'ledger.head-shrinks': {
    status: 409,
    issue: 'conflict',
    message: 'The tree head is older than the one on the ledger.',
    hint: 'Restore the organisation’s log: entries are missing.',
  },
  'ledger.inconsistent-head': {
    status: 409,
    issue: 'conflict',
    message: 'The tree head does not extend the one on the ledger.',
    hint: 'Check the organisation’s log for altered entries.',
  },
  'ledger.grant-exists': { status: 409, issue: 'duplicate', message: 'There is a grant with this id already.', hint: 'Draw a new random id.' },
  'ledger.unknown-grant': { status: 404, issue: 'not-found', message: 'There is no grant with this id.', hint: 'Check the id.' },
  'ledger.grant-closed': {
    status: 409,
    issue: 'conflict',
    message: 'The grant is closed already.',
    hint: 'Nothing to do: it grants nothing any more.',
  },
  'ledger.grant-expired': { status: 409, issue: 'expired', message: 'The grant’s last day has passed.', hint: 'Choose a later expiry day.' },
  'ledger.bad-block': {
    status: 409,
    issue: 'conflict',
    message: 'The block is not what its transactions make it.',
    hint: 'Fetch the block again from another member.',
  },
  'ledger.bad-proof': { status: 409, issue: 'conflict', message: 'The proof does not hold.', hint: 'The report says which step failed.' },
});
