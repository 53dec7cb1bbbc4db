/** What is taken of a commit: as many signatures as it needs, and none that does not hold, for each has to hold when it is checked. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/base/result.ts';
import { attestCommit } from '../../../src/ledger/attestation/cometbft-attestation.ts';
import { commitProofProblem } from '../../../src/ledger/attestation/commit-proof.ts';
import { knownSet } from '../../../src/ledger/attestation/trust.ts';
import type { LightBlock } from '../../../src/ledger/light/light-block.ts';
import { consensusBlock, signers } from '../../support/consensus.ts';

const set = signers({ a: 10, b: 10, c: 10, d: 10 });
const known = knownSet(
  1,
  set.map(({ key, power }) => ({ key, power })),
);
const block = consensusBlock({ height: 4, signers: set });

/** With the signature of the validators in these places broken. */
const broken = (...places: readonly number[]): LightBlock => ({
  ...block,
  commit: {
    ...block.commit,
    votes: block.commit.votes.map((vote, place) =>
      vote.flag === 'absent' || !places.includes(place) ? vote : { ...vote, signature: vote.signature.with(9, vote.signature[9]! ^ 1) },
    ),
  },
});
const takenOf = (from: LightBlock) => unwrap(attestCommit(from));

describe('the proof of a commit', () => {
  it('takes the first that are enough', () => {
    expect(takenOf(block).votes.map(({ validator }) => validator)).toEqual([0, 1, 2]);
  });

  it('leaves out a signature that does not hold, and takes another', () => {
    const proof = takenOf(broken(1));
    expect(proof.votes.map(({ validator }) => validator)).toEqual([0, 2, 3]);
    expect(commitProofProblem(proof, known, block.header.chainId, block.header.appHash)).toBeUndefined();
  });

  it('is none when those that hold are too few', () => {
    expect(attestCommit(broken(0, 3))).toMatchObject({ ok: false, error: { code: 'ledger.bad-proof' } });
  });
});
