import { defineErrors } from '../../base/errors.ts';

/** What can go wrong around the consensus engine: the program, its process, what it says. */
export const cometbftErrors = defineErrors({
  'cometbft.missing': {
    status: 503,
    issue: 'exception',
    message: 'CometBFT, the consensus engine, is not on this machine.',
    hint: 'Start with "npx careledger …" or "npm start", which build it with Go (https://go.dev/dl), or name the program in CARELEDGER_COMETBFT.',
  },
  'cometbft.other-ledger': {
    status: 500,
    issue: 'exception',
    message: 'The ledger in this directory is not the one of this network.',
    hint: 'Use the directory that was made for this network, or an empty one.',
  },
  'cometbft.unreachable': {
    status: 503,
    issue: 'transient',
    message: 'The consensus engine does not answer.',
    hint: 'It is started again by itself when it has ended; cometbft.log in the organisation’s home says why.',
  },
  'cometbft.refused': {
    status: 503,
    issue: 'transient',
    message: 'The consensus engine refused.',
    hint: 'The message has its reason; try again later.',
  },
  'cometbft.ended': {
    status: 503,
    issue: 'transient',
    message: 'The consensus engine ended and is started again.',
    hint: 'cometbft.log in the organisation’s home has its last words.',
  },
  'cometbft.halted': {
    status: 503,
    issue: 'transient',
    message: 'The network makes no blocks: validators with more than two thirds of the power are not connected.',
    hint: 'Look at "npx careledger network status" for who is missing; it goes on by itself when they are back.',
  },
  'cometbft.unattested': {
    status: 503,
    issue: 'transient',
    message: 'The validators’ signatures for this block are not here yet.',
    hint: 'Try again in a second; with too few validators connected it has to wait for them.',
  },
  'cometbft.diverged': {
    status: 500,
    issue: 'exception',
    message: 'This node’s ledger and the one that the network agreed on are not the same.',
    hint: 'Keep the home for an investigation, then rejoin with an empty ledger: see docs/operations/network.md.',
  },
  'cometbft.ledger-ahead': {
    status: 500,
    issue: 'exception',
    message: 'The ledger on this disk is ahead of the consensus engine’s own data.',
    hint: 'The engine’s data is older than the ledger, or gone: see "An old or a wiped disk" in docs/operations/network.md.',
  },
  'cometbft.no-snapshot': {
    status: 503,
    issue: 'transient',
    message: 'No snapshot of the ledger could be had from the peers.',
    hint: 'Check that peers are connected and the trusted block is right; without stateSync all blocks are fetched instead.',
  },
});
