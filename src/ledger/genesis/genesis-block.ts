import { utf8 } from '../../base/bytes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { encodeHeader, headerHash, type Header } from '../block/header.ts';
import { draftOver } from '../execution/draft.ts';
import type { Execution } from '../execution/execute-block.ts';
import { admitRule } from '../membership/admit.ts';
import { writeAuthority } from '../membership/state.ts';
import { emptyFrontier, emptyRoot } from '../proofs/merkle-log.ts';
import { stateRootOf, updateState } from '../state/tree.ts';
import { encodeGenesis, genesisHash, type Genesis } from './genesis.ts';

/** The block at height 0: no transactions, the authority and the first members in the state. Refused like `membership.admit`. */
export function executeGenesis(genesis: Genesis): Result<Execution> {
  const { chainId, time, proposer } = genesis;
  const context = { chainId, height: 0, time };
  const state = draftOver({ get: () => undefined });
  writeAuthority(state, genesis.authority);
  for (const member of genesis.members) {
    const refused = admitRule({ op: 'membership.admit', ...member }, { ...context, state, sender: { kind: 'authority' } });
    if (refused) return fail({ ...refused, data: { org: member.org } });
  }

  const writes = Array.from(state.writes, ([key, value]) => ({ key: utf8(key), value }));
  const stateUpdate = updateState({ get: () => undefined }, undefined, 0, writes);
  const header: Header = {
    ...context,
    previousHash: genesisHash(encodeGenesis(genesis)),
    txRoot: emptyRoot(),
    txCount: 0,
    logSize: 0,
    logRoot: emptyRoot(),
    stateRoot: stateRootOf(stateUpdate.root),
    proposer,
  };
  const headerBytes = encodeHeader(header);
  const next = { ...context, blockHash: headerHash(headerBytes), root: stateUpdate.root, log: emptyFrontier };
  return ok({ results: [], accepted: [], header, headerBytes, stateUpdate, logNodes: [], next });
}
