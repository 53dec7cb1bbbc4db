import { defineErrors } from '../../../base/errors.ts';

/** The first two end the connection with the consensus engine: going on would lead to another ledger than the others’. */
export const applicationErrors = defineErrors({
  'cometbft.wrong-genesis': {
    status: 500,
    issue: 'exception',
    message: 'The consensus engine was set up for another ledger.',
    hint: 'Use the consensus genesis that was made from this ledger’s genesis.',
  },
  'cometbft.out-of-order': {
    status: 500,
    issue: 'exception',
    message: 'The consensus engine asked for something that does not follow from what it asked before.',
    hint: 'Restart the node; if it stays, the engine’s data is not that of this ledger: join again with an empty directory.',
  },
  'cometbft.joined': {
    status: 503,
    issue: 'transient',
    message: 'The ledger is here from a snapshot; the node goes on with it.',
    hint: 'Nothing to do: engine and application start again by themselves.',
  },
  'cometbft.joining': {
    status: 503,
    issue: 'transient',
    message: 'The node is joining the network from a snapshot.',
    hint: 'Wait until it has the ledger.',
  },
  'cometbft.bad-query': {
    status: 400,
    issue: 'value',
    message: 'The query can’t be answered.',
    hint: 'docs/protocol/consensus.md lists the paths and what they take.',
  },
});
