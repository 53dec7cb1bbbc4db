/** Attestations of blocks are had from the engine's own store, each as soon as it is there; an engine that does not answer costs none of them. */
import { afterEach, expect, it } from 'vitest';
import { codedError } from '../../../src/base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../../src/base/result.ts';
import { attestations, type Attestations } from '../../../src/engine/cometbft/attestations.ts';
import { cometbftErrors } from '../../../src/engine/cometbft/errors.ts';
import type { LedgerDisk } from '../../../src/engine/disk/ledger-disk.ts';
import { encodeAttestation } from '../../../src/ledger/attestation/attestation.ts';
import { attestCommit } from '../../../src/ledger/attestation/cometbft-attestation.ts';
import { encodeConsensusSeal } from '../../../src/ledger/block/seal.ts';
import type { LightBlock } from '../../../src/ledger/light/light-block.ts';
import { consensusBlock, signers } from '../../support/consensus.ts';

const set = signers({ a: 10, b: 10, c: 10 });
const lightBlock = (height: number): LightBlock => consensusBlock({ height, signers: set });
const refusal = (message: string) => fail(codedError(cometbftErrors, 'cometbft.refused', { message }));

let running: Attestations | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A ledger of as many blocks, the one at height h in the consensus block 2h, and an engine that answers as `at` says. */
function begin(head: number, at: (height: number) => Result<LightBlock>, noted?: string) {
  const kept = new Map<number, Uint8Array>();
  const asked: number[] = [];
  const disk = {
    genesis: { previous: null },
    head: () => ({ height: head }),
    attestation: async (height: number) => kept.get(height),
    sealedHeader: async (height: number) => ({ seal: encodeConsensusSeal(2 * height) }),
    attest: async (height: number, bytes: Uint8Array) => void kept.set(height, bytes),
    note: () => undefined,
    noted: () => (noted === undefined ? undefined : Buffer.from(noted)),
  } as Partial<Record<keyof LedgerDisk, unknown>> as unknown as LedgerDisk;
  const errors: unknown[] = [];
  let consensus = 2 * head;
  running = attestations({
    disk,
    blocks: {
      at: async (height) => {
        asked.push(height);
        return at(height);
      },
      ask: async () => refusal('not asked here'),
      validatorsAt: async () => refusal('not asked here'),
    },
    consensusHeight: () => consensus,
    onCommit: () => undefined,
    onError: (cause) => errors.push(cause),
  });
  const { committed } = running;
  return {
    kept,
    asked,
    errors,
    /** The next height of the consensus is committed. */
    goOn() {
      consensus++;
      committed(consensus);
    },
    async until(what: string, holds: () => boolean) {
      for (let tries = 0; !holds(); tries++) {
        if (tries > 500) throw new Error(`not seen: ${what}; asked for ${asked.join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

const expected = (height: number): Uint8Array => encodeAttestation(unwrap(attestCommit(lightBlock(2 * height + 1))));

it('each block has that of the height after its own; the newest waits for it', async () => {
  const { kept, asked, goOn, until } = begin(3, (height) => ok(lightBlock(height)));
  await until('all but the newest', () => kept.size === 3);
  for (const height of [0, 1, 2]) expect(kept.get(height)).toEqual(expected(height));
  // Its own height has been decided, the one with its app hash has not.
  expect(asked).not.toContain(7);
  goOn();
  await until('the newest', () => kept.has(3));
  expect(kept.get(3)).toEqual(expected(3));
});

it('an engine that is away, or refuses for now, is asked again: no block is left out', async () => {
  let answers = 0;
  const silent = [fail(codedError(cometbftErrors, 'cometbft.unreachable')), refusal('height 3 must be less than or equal to the current height')];
  const { kept, asked, until, goOn } = begin(1, (height) => (height === 1 && answers < silent.length ? silent[answers++]! : ok(lightBlock(height))));
  for (let asking = 1; asking <= silent.length; asking++) {
    await until(`question ${asking}`, () => asked.length >= asking);
    expect(kept.size).toBe(0);
    goOn();
  }
  await until('both', () => kept.size === 2);
  expect(kept.get(0)).toEqual(expected(0));
});

it('what the engine has no more is passed over', async () => {
  const { kept, goOn, until } = begin(2, (height) =>
    height < 4 ? refusal(`height ${height} is not available, lowest height is 4`) : ok(lightBlock(height)),
  );
  goOn();
  await until('the newest', () => kept.has(2));
  expect([...kept.keys()]).toEqual([2]);
});

it('what does not hold is not kept, and said', async () => {
  const unsigned = consensusBlock({ height: 1, signers: set, absent: [0] });
  let isHonest = false;
  const { kept, errors, goOn, until } = begin(0, () => ok(isHonest ? lightBlock(1) : unsigned));
  goOn();
  await until('an error', () => errors.length > 0);
  expect(kept.size).toBe(0);
  isHonest = true;
  goOn();
  await until('the right one', () => kept.has(0));
});

it('whoever asks for the newest waits for it, and is told when the node stops', async () => {
  const { goOn } = begin(0, (height) => ok(lightBlock(height)));
  const asked = running!.of(0);
  goOn();
  expect(encodeAttestation(await asked)).toEqual(expected(0));
  const later = running!.of(1).catch((cause: unknown) => cause);
  await running!.stop();
  expect(await later).toMatchObject({ code: 'cometbft.unattested', data: { height: 1 } });
});
