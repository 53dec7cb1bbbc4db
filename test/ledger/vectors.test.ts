/** The frozen vectors of state tree, transactions and blocks, read as any other implementation would read them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { decodeBlock } from '../../src/ledger/block/block.ts';
import { nodeSeals } from '../../src/ledger/block/seal.ts';
import { verifyBlock } from '../../src/ledger/execution/verify-block.ts';
import { executeGenesis } from '../../src/ledger/genesis/genesis-block.ts';
import { decodeGenesis } from '../../src/ledger/genesis/decode-genesis.ts';
import { genesisHash } from '../../src/ledger/genesis/genesis.ts';
import { decodeTreeProof, verifyTreeProof } from '../../src/ledger/state/proof.ts';
import { getValue, stateRootOf } from '../../src/ledger/state/tree.ts';
import { updateState } from '../../src/ledger/state/update.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { transactionHash } from '../../src/ledger/transaction/transaction.ts';
import type { RootVector, StateVector } from '../vectors/state/generate.ts';
import type { refusedVectors } from '../vectors/transactions/generate-refused.ts';
import type { chainVector } from '../vectors/transactions/generate.ts';

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')) as T;

describe('state/roots.json', () => {
  it.for(read<readonly RootVector[]>('state/roots.json'))('$stateRoot', ({ values, stateRoot }) => {
    const writes = Object.entries(values).map(([key, value]) => ({ key: utf8(key), value: fromHex(value) }));
    expect(toHex(stateRootOf(updateState({ get: () => undefined }, undefined, 0, writes).root))).toBe(stateRoot);
  });
});

describe('state/proofs.json', () => {
  const vectors = read<readonly StateVector[]>('state/proofs.json');
  it.for(vectors)('$name', ({ stateRoot, key, value, proof, holds }) => {
    const decoded = decodeTreeProof(fromHex(proof));
    expect(decoded.ok && verifyTreeProof(fromHex(stateRoot), utf8(key), value === null ? undefined : fromHex(value), decoded.value).ok).toBe(holds);
  });

  it('has all three kinds of proof, and forged ones', () => {
    const kinds = new Set(vectors.map(({ name }) => name.split(':')[0]));
    for (const kind of ['present', 'absent, empty place', 'absent, another leaf in its place', 'another value', 'a sibling left out'])
      expect(kinds).toContain(kind);
  });
});

describe('transactions/chain.json', () => {
  const vector = read<ReturnType<typeof chainVector>>('transactions/chain.json');
  const genesis = unwrap(decodeGenesis(fromHex(vector.genesis)));

  it('genesis', () => {
    expect(toHex(genesisHash(fromHex(vector.genesis)))).toBe(vector.genesisHash);
    const { next, header } = unwrap(executeGenesis(genesis));
    expect(toHex(next.blockHash)).toBe(vector.genesisHeaderHash);
    expect(toHex(header.stateRoot)).toBe(vector.genesisStateRoot);
  });

  it.for(vector.transactions)('transaction: $name', ({ bytes, hash }) => {
    expect(checkTransaction(fromHex(bytes), genesis.chainId).ok).toBe(true);
    expect(toHex(transactionHash(fromHex(bytes)))).toBe(hash);
  });

  it('block', () => {
    const start = unwrap(executeGenesis(genesis));
    const nodes = new Map(Array.from(start.stateUpdate.nodes, ({ id, bytes }) => [toHex(id), bytes]));
    const store = { nodes: { get: (id: Uint8Array) => nodes.get(toHex(id)) }, hasTransaction: () => false };
    const { header, next, stateUpdate, validatorUpdates } = unwrap(
      verifyBlock(start.next, store, unwrap(decodeBlock(fromHex(vector.block))), nodeSeals(genesis.proposer)),
    );
    expect(vector.accepted).toHaveLength(vector.transactions.length);
    expect(vector.accepted).not.toContain(false);
    expect([toHex(next.blockHash), toHex(header.stateRoot), toHex(header.logRoot)]).toEqual([vector.headerHash, vector.stateRoot, vector.logRoot]);
    expect(validatorUpdates.map(({ key, power }) => ({ key: toHex(key), power }))).toEqual(vector.validatorUpdates);

    const written = new Map(Array.from(stateUpdate.nodes, ({ id, bytes }) => [toHex(id), bytes]));
    const after = { get: (id: Uint8Array) => written.get(toHex(id)) ?? nodes.get(toHex(id)) };
    for (const [key, value] of Object.entries(vector.values)) expect(toHex(getValue(after, next.root, utf8(key))!), key).toBe(value);
  });
});

describe('transactions/refused.json', () => {
  const vectors = read<ReturnType<typeof refusedVectors>>('transactions/refused.json');
  it.for(vectors)('$name', ({ bytes, code }) => {
    const checked = checkTransaction(fromHex(bytes), 'test-ledger');
    expect(checked.ok ? null : checked.error.code).toBe(code);
  });
});
