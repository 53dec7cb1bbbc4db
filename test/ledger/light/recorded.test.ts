/** What a real CometBFT network hashed and signed, computed again. */
import { readFileSync } from 'node:fs';
import { ed25519Verify } from '#ed25519';
import { describe, expect, it } from 'vitest';
import { equalBytes, toHex } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { consensusHeaderHash, headerLeaves, HEADER_FIELD, HEADER_FIELDS } from '../../../src/ledger/light/consensus-header.ts';
import { merkleRoot, rootFromShown, siblingsOf } from '../../../src/ledger/light/merkle.ts';
import { timeOfText } from '../../../src/ledger/light/rfc3339.ts';
import { lightBlockOfJson } from '../../../src/ledger/light/rpc-json.ts';
import { addressOf, inOrder, validatorSetHash } from '../../../src/ledger/light/validator-set.ts';
import { voteSignBytes } from '../../../src/ledger/light/vote.ts';

const recorded = JSON.parse(readFileSync(new URL('../../vectors/light/recorded.json', import.meta.url), 'utf8')) as readonly {
  signed_header: unknown;
  validators: readonly { address: string }[];
}[];
const blocks = recorded.map(({ signed_header, validators }) => unwrap(lightBlockOfJson(signed_header, validators)));

describe('blocks of a real network', () => {
  it('have the hashes that their successors name', () => {
    for (const [at, { header }] of blocks.entries()) {
      expect(toHex(consensusHeaderHash(header))).toBe(toHex(blocks[at]!.commit.blockId.hash));
      if (at > 0) expect(toHex(header.lastBlockId.hash)).toBe(toHex(consensusHeaderHash(blocks[at - 1]!.header)));
    }
  });

  it('have the validators that they name, in order, with their addresses', () => {
    for (const [at, { header, validators }] of blocks.entries()) {
      expect(toHex(validatorSetHash(validators))).toBe(toHex(header.validatorsHash));
      expect(validatorSetHash(inOrder(validators.toReversed()))).toEqual(header.validatorsHash);
      expect(validators.map(({ key }) => toHex(addressOf(key)).toUpperCase())).toEqual(recorded[at]!.validators.map(({ address }) => address));
    }
  });

  it('carry signatures over our sign bytes, for the block and for none', () => {
    const flags = new Set<string>();
    for (const { header, commit, validators } of blocks) {
      for (const [place, vote] of commit.votes.entries()) {
        flags.add(vote.flag);
        if (vote.flag === 'absent') continue;
        const { height, round, blockId } = commit;
        const message = voteSignBytes({ chainId: header.chainId, height, round, time: vote.time, ...(vote.flag === 'commit' ? { blockId } : {}) });
        expect(ed25519Verify(validators[place]!.key, message, vote.signature), `block ${height}, vote ${place}`).toBe(true);
      }
    }
    expect(flags).toEqual(new Set(['absent', 'commit', 'nil']));
  });
});

describe('the Merkle tree', () => {
  it('gives the same root from any shown leaves and the hashes beside them, and only from exactly those', () => {
    const values = headerLeaves(blocks[10]!.header);
    const root = merkleRoot(values);
    for (let mask = 1; mask < 1 << HEADER_FIELDS; mask += 7) {
      const shown = new Map(values.flatMap((value, at) => ((mask >> at) & 1 ? [[at, value] as const] : [])));
      const siblings = siblingsOf(values, new Set(shown.keys()));
      expect(equalBytes(rootFromShown(HEADER_FIELDS, shown, siblings)!, root), `mask ${mask}`).toBe(true);
      expect(rootFromShown(HEADER_FIELDS, shown, [...siblings, root])).toBeUndefined();
      if (siblings.length > 0) expect(rootFromShown(HEADER_FIELDS, shown, siblings.slice(1))).toBeUndefined();
    }
    expect(siblingsOf(values, new Set(Object.values(HEADER_FIELD))).length).toBe(6);
  });
});

describe('times of the JSON', () => {
  it('are read as the calendar has them', () => {
    for (const ms of [0, 951_827_696_000, 1_709_164_800_000, 4_102_444_799_000, 253_402_300_799_000]) {
      expect(timeOfText(new Date(ms).toISOString().replace('.000', ''))).toEqual({ seconds: ms / 1000, nanos: 0 });
    }
    expect(timeOfText('2026-11-23T03:52:47.5Z')).toEqual({ seconds: Date.UTC(2026, 10, 23, 3, 52, 47) / 1000, nanos: 500_000_000 });
    for (const text of [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:60Z',
      '2026-01-01T00:00:00+01:00',
      '1969-12-31T23:59:59Z',
      '',
    ])
      expect(timeOfText(text), text).toBeUndefined();
  });
});
