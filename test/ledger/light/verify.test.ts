/** Lies that only validators could sign, or that no signature covers: refused all the same, as CometBFT refuses them. */
import { describe, expect, it } from 'vitest';
import { ed25519Sign } from '#ed25519';
import type { LightBlock, Vote } from '../../../src/ledger/light/light-block.ts';
import { verifyLightBlock } from '../../../src/ledger/light/verify.ts';
import { voteSignBytes } from '../../../src/ledger/light/vote.ts';
import { consensusBlock, consensusStart, signers } from '../../support/consensus.ts';

const set = signers({ a: 10, b: 10, c: 10, d: 10 });
const trusted = consensusBlock({ height: 1, signers: set });
const next = consensusBlock({ height: 2, signers: set });
const options = { now: consensusStart + 60_000, trustingPeriodMs: 86_400_000 };

const withVotes = (commit: Partial<LightBlock['commit']>, vote: (vote: Vote & { readonly flag: 'commit' }, place: number) => Vote): LightBlock => ({
  ...next,
  commit: {
    ...next.commit,
    ...commit,
    votes: next.commit.votes.map((each, place) => (each.flag === 'commit' ? vote({ ...each, flag: 'commit' }, place) : each)),
  },
});

const failing = (block: LightBlock) =>
  verifyLightBlock(trusted, block, options).steps.flatMap(({ name, state, detail }) => (state === 'failed' ? [[name, detail]] : []));

describe('a light block', () => {
  it('holds as it was made', () => expect(failing(next)).toEqual([]));

  it('whose commit is to this header, but signed for another height, is refused', () => {
    const { round, blockId } = next.commit;
    const moved = withVotes({ height: 3 }, (vote, place) => ({
      ...vote,
      signature: ed25519Sign(set[place]!.seed, voteSignBytes({ chainId: next.header.chainId, height: 3, round, blockId, time: vote.time })),
    }));
    expect(failing(moved)).toEqual([['form', expect.stringContaining('the commit is to block 3')]]);
  });

  it('whose votes bear the addresses of others than those who signed is refused', () => {
    const address = (place: number): Uint8Array => (next.commit.votes[place] as Vote & { readonly flag: 'commit' }).address;
    const renamed = withVotes({}, (vote, place) => ({ ...vote, address: address((place + 1) % set.length) }));
    expect(failing(renamed)).toEqual([['commit', expect.stringContaining('of another validator than the one in its place')]]);
  });
});
