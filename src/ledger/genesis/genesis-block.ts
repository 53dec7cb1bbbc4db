import { equalBytes, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../../base/result.ts';
import { encodeHeader, headerHash, type Header } from '../block/header.ts';
import { ledgerErrors } from '../errors.ts';
import { draftOver, type Draft } from '../module/draft.ts';
import type { Execution } from '../execution/execute-block.ts';
import { admitMember } from '../membership/admit.ts';
import { readMember, writeAuthority } from '../membership/state.ts';
import type { BlockContext } from '../module/rule.ts';
import { stateView } from '../module/state-view.ts';
import { refusedPolicy, writePolicy } from '../policy/policy.ts';
import { emptyFrontier, emptyRoot, frontierRoot, type Frontier } from '../proofs/merkle-log.ts';
import { stateRootOf, type NodeReader, type StateRef } from '../state/tree.ts';
import { updateState } from '../state/update.ts';
import { startValidators } from '../validators/change.ts';
import { activeValidators, writeValidator } from '../validators/state.ts';
import { validatorUpdates } from '../validators/updates.ts';
import { encodeGenesis, genesisHash, type Genesis } from './genesis.ts';

/** What a ledger that goes on takes over from the one before: the state at its newest block and the frontier of its transaction log. */
export interface CarriedOver {
  readonly root: StateRef;
  readonly nodes: NodeReader;
  readonly log: Frontier;
}

const nothing: CarriedOver = { root: undefined, nodes: { get: () => undefined }, log: emptyFrontier };

/** Where validators make the blocks, nobody made the first one. */
const NOBODY = new Uint8Array(32);
/** `MaxChainIDLen` of CometBFT’s genesis. */
const MAX_COMETBFT_CHAIN_ID = 50;

/**
 * A ledger's first block: no transactions; authority, policy, members and validators in the state. Height 0, or the one after the newest
 * block of the ledger that goes on; then `carried` is that ledger's, and the genesis's members come beside those in its state.
 * `ledger.bad-genesis`, `ledger.bad-policy`, and the reasons of `membership.admit` and `validators.set` (data: org).
 */
export function executeGenesis(genesis: Genesis, carried: CarriedOver = nothing): Result<Execution> {
  const { chainId, time, previous } = genesis;
  const context = { chainId, height: previous === null ? 0 : previous.height + 1, time };
  const { root, nodes, log } = carried;
  if (!isWhatGoesOn(genesis, carried)) return bad('what is carried over is not what it names as previous');

  const state = draftOver(stateView(nodes, root));
  const refused = startState(state, genesis, context);
  if (refused) return fail(refused);

  const writes = Array.from(state.writes, ([key, value]) => ({ key: utf8(key), value }));
  const stateUpdate = updateState(nodes, root, context.height, writes);
  const header: Header = {
    ...context,
    previousHash: genesisHash(encodeGenesis(genesis)),
    txRoot: emptyRoot(),
    txCount: 0,
    logSize: log.size,
    logRoot: frontierRoot(log),
    stateRoot: stateRootOf(stateUpdate.root),
    proposer: genesis.engine === 'embedded' ? genesis.proposer : NOBODY,
  };
  const headerBytes = encodeHeader(header);
  return ok({
    results: [],
    accepted: [],
    header,
    headerBytes,
    stateUpdate,
    logNodes: [],
    // The engine starts with these, whatever votes were carried over.
    validatorUpdates: validatorUpdates({ get: () => undefined }, state, state.writes.keys()).filter(({ power }) => power > 0),
    next: { ...context, blockHash: headerHash(headerBytes), root: stateUpdate.root, log },
  });
}

function isWhatGoesOn({ previous }: Genesis, { root, log }: CarriedOver): boolean {
  if (previous === null) return root === undefined && log.size === 0;
  return equalBytes(stateRootOf(root), previous.stateRoot) && log.size === previous.logSize && equalBytes(frontierRoot(log), previous.logRoot);
}

function startState(state: Draft, genesis: Genesis, block: BlockContext): CodedError | undefined {
  const unfit = genesis.engine === 'cometbft' ? unfitForCometBft(genesis) : undefined;
  if (unfit) return unfit;
  writeAuthority(state, genesis.authority);
  const badPolicy = refusedPolicy(genesis.policy);
  if (badPolicy) return badPolicy;
  writePolicy(state, genesis.policy);
  for (const member of genesis.members) {
    const refused = admitMember(state, member, block);
    if (refused) return { ...refused, data: { org: member.org } };
  }
  return startAllValidators(state, genesis, block.height);
}

function unfitForCometBft({ chainId, validators }: Genesis): CodedError | undefined {
  if (validators.length === 0)
    return codedError(ledgerErrors, 'ledger.bad-genesis', { message: 'A ledger on CometBFT starts with at least one validator.' });
  if (chainId.length <= MAX_COMETBFT_CHAIN_ID) return undefined;
  const message = `The chain id ${chainId} is longer than the ${MAX_COMETBFT_CHAIN_ID} characters that CometBFT takes.`;
  return codedError(ledgerErrors, 'ledger.bad-genesis', { message });
}

function startAllValidators(state: Draft, { validators }: Genesis, height: number): CodedError | undefined {
  for (const { org } of validators)
    if (readMember(state, org)?.status !== 'active') return codedError(ledgerErrors, 'ledger.unknown-member', { data: { org } });
  for (const carried of activeValidators(state)) writeValidator(state, { ...carried, power: 0, since: height - 1 });
  return startValidators(state, validators, height);
}

const bad = (why: string) => fail(codedError(ledgerErrors, 'ledger.bad-genesis', { message: `A ledger can’t start from this genesis: ${why}.` }));
