/** The log's side with witnesses beside it: collecting, catching up, and what happens after history was rewritten by whoever has the key. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { CodedException, ok, fail, unwrap } from '../../src/base/result.ts';
import { codedError } from '../../src/base/errors.ts';
import { checkpointText, witnessName } from '../../src/ledger/checkpoint/checkpoint.ts';
import { parseSignatureLines, signatureLine } from '../../src/ledger/checkpoint/note.ts';
import { cosignText } from '../../src/ledger/checkpoint/signature.ts';
import { verifyCheckpoint } from '../../src/ledger/checkpoint/verify-checkpoint.ts';
import { decodeSplitView, encodeSplitView, verifySplitView } from '../../src/ledger/checkpoint/split-view.ts';
import { startCheckpoints, type Checkpoints } from '../../src/witness/checkpoints.ts';
import { compareWithLedger, proveSplitView } from '../../src/witness/compare.ts';
import { witnessErrors } from '../../src/witness/errors.ts';
import { openWitness, type Witness } from '../../src/witness/witness.ts';
import type { WitnessPort } from '../../src/witness/witness-port.ts';
import { seedOf, temporaryFolder } from '../support/ledger.ts';
import { chainId, logKey, logSeed, origin, testLog, type TestLog } from './support.ts';

const NOW = Date.UTC(2026, 5, 1);
let folder: ReturnType<typeof temporaryFolder>;
let closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  folder[Symbol.dispose]();
});

const openOne = async (org: string): Promise<Witness> =>
  unwrap(
    await openWitness({
      directory: join(folder.path, 'witness', org),
      name: witnessName(chainId, org),
      seed: seedOf(org),
      logKeys: async (asked) => (asked === origin ? [logKey] : undefined),
      now: () => NOW,
    }),
  );

const portTo = (org: string, witness: Witness): WitnessPort => ({
  name: `The ${org}`,
  organisation: org,
  key: witness.key,
  add: async (body) => ok(await witness.add(body)),
});

const deaf = (port: WitnessPort): WitnessPort => ({ ...port, add: async () => fail(codedError(witnessErrors, 'witness.unreachable')) });

async function start(log: TestLog, size: () => number, witnesses: readonly WitnessPort[], directory = 'log', seed = logSeed): Promise<Checkpoints> {
  const started = await startCheckpoints({
    ledger: log.ledger(size),
    seed,
    witnesses,
    directory: join(folder.path, directory),
    intervalMs: 3_600_000,
    now: () => NOW,
    onError: (cause) => {
      throw cause;
    },
  });
  closing.push(() => started.close());
  await started.round();
  return started;
}

const honest = testLog(60);
const rewritten = testLog(60, 'b', 10);

describe('checkpoints of a ledger', () => {
  it('are signed when it has grown, cosigned by all, durable', async () => {
    let size = 7;
    const [clinic, insurer] = [await openOne('clinic'), await openOne('insurer')];
    const witnesses = [portTo('clinic', clinic), portTo('insurer', insurer)];
    const checkpoints = await start(honest, () => size, witnesses);
    for (const grown of [7, 20, 33]) {
      size = grown;
      await checkpoints.round();
      const report = verifyCheckpoint(checkpoints.newest()!.bytes, {
        logKeys: [logKey],
        witnesses: witnesses.map(({ name, key }) => ({ name, key })),
      });
      expect(report).toMatchObject({
        verdict: 'held',
        facts: { checkpoint: { size: grown }, seenBy: [{ name: 'The clinic' }, { name: 'The insurer' }] },
      });
    }
    await checkpoints.close();
    const again = await start(honest, () => size, witnesses);
    expect(again.witnesses().map(({ cosigned }) => cosigned?.size)).toEqual([33, 33]);
    expect(again.list().map(({ checkpoint }) => checkpoint.size)).toEqual([7, 20, 33]);
  });

  it('a witness that was away catches up, and what it did not see is not claimed', async () => {
    let size = 7;
    const clinic = portTo('clinic', await openOne('clinic'));
    const checkpoints = await start(honest, () => size, [deaf(clinic)]);
    expect(checkpoints.witnesses()[0]).toMatchObject({ cosigned: undefined, problem: { code: 'witness.unreachable' }, problemSince: NOW });
    expect(checkpoints.newest()!.note.signatures).toHaveLength(1);
    await checkpoints.close();
    size = 30;
    const again = await start(honest, () => size, [clinic]);
    expect(again.witnesses()[0]).toMatchObject({ cosigned: { size: 30, height: 30 }, problem: undefined });
  });

  it('a log that has lost what it knew of a witness asks it', async () => {
    const clinic = portTo('clinic', await openOne('clinic'));
    await (await start(honest, () => 21, [clinic])).close();
    const forgetful = await start(honest, () => 40, [clinic], 'another folder');
    expect(forgetful.witnesses()[0]).toMatchObject({ cosigned: { size: 40 }, problem: undefined });
  });

  it('a damaged file of its own is left out, and a replaced key signs anew', async () => {
    const clinic = portTo('clinic', await openOne('clinic'));
    await (await start(honest, () => 21, [clinic])).close();
    writeFileSync(join(folder.path, 'log', '0000000000000020.checkpoint'), 'nothing of use');
    const again = await start(honest, () => 21, [clinic]);
    expect(again.list().map(({ checkpoint }) => checkpoint.size)).toEqual([21]);
    await again.close();
    const rekeyed = await start(honest, () => 21, [clinic], 'log', seedOf('another'));
    expect(rekeyed.newest()!.note.signatures.map(({ keyId }) => keyId)).toContainEqual(rekeyed.key.id);
    expect(rekeyed.newest()!.note.signatures.map(({ name }) => name)).toEqual([origin, clinic.key.name, origin]);
  });

  it('a log that begins with a snapshot cannot prove what came before to a witness that saw less, and goes on with the others', async () => {
    const [clinic, insurer] = [portTo('clinic', await openOne('clinic')), portTo('insurer', await openOne('insurer'))];
    await (await start(honest, () => 21, [clinic])).close();
    const pruned: TestLog = {
      ...honest,
      ledger: (size) => ({
        ...honest.ledger(size),
        logNode: (level, index) => {
          if ((index + 1) * 2 ** level <= 32 && level < 5) throw new CodedException({ code: 'engine.height-pruned', message: 'not kept' });
          return honest.node(level, index);
        },
      }),
    };
    const joined = await start(pruned, () => 40, [clinic, insurer], 'another folder');
    expect(joined.witnesses()).toMatchObject([{ problem: { code: 'witness.unprovable' } }, { cosigned: { size: 40 }, problem: undefined }]);
  });

  it('a cosignature that does not hold counts for nothing, though the witness’s own key made it', async () => {
    const clinic = await openOne('clinic');
    const port = portTo('clinic', clinic);
    const line = (text: string) => `${signatureLine(cosignText(text, clinic.key, seedOf('clinic'), NOW / 1000))}\n`;
    const text = checkpointText(honest.checkpoint(7));
    const other = line(checkpointText(honest.checkpoint(6)));
    // Of another checkpoint, at another time than was signed, no text, nothing.
    const moved = unwrap(parseSignatureLines(line(text)))[0]!;
    const changed = { ...moved, signature: moved.signature.with(7, moved.signature[7]! ^ 1) };
    for (const [body, directory] of [
      [utf8(other), 'one'],
      [utf8(`${signatureLine(changed)}\n`), 'two'],
      [Uint8Array.of(0xff, 0xfe), 'three'],
      [new Uint8Array(0), 'four'],
    ] as const) {
      const answering: WitnessPort = { ...port, add: async () => ok({ status: 200, type: 'text/plain', body }) };
      const checkpoints = await start(honest, () => 7, [answering], directory);
      expect(checkpoints.witnesses()[0], directory).toMatchObject({ cosigned: undefined, problem: { code: 'witness.bad-answer' } });
      expect(checkpoints.newest()!.note.signatures, directory).toHaveLength(1);
    }
    const honestly: WitnessPort = { ...port, add: async () => ok({ status: 200, type: 'text/plain', body: utf8(line(text)) }) };
    expect((await start(honest, () => 7, [honestly], 'five')).witnesses()[0]).toMatchObject({ cosigned: { size: 7 }, problem: undefined });
  });

  it('a witness with another key than is known here counts for nothing', async () => {
    const [clinic, insurer] = [await openOne('clinic'), await openOne('insurer')];
    const checkpoints = await start(honest, () => 7, [{ ...portTo('clinic', clinic), key: insurer.key }]);
    expect(checkpoints.witnesses()[0]).toMatchObject({ cosigned: undefined, problem: { code: 'witness.bad-answer' } });
  });
});

describe('a history rewritten by whoever has the log’s key', () => {
  it('is refused by every witness, and each has the proof that names the key', async () => {
    const witnesses = [await openOne('clinic'), await openOne('insurer')];
    const ports = witnesses.map((witness, at) => portTo(['clinic', 'insurer'][at]!, witness));
    await (await start(honest, () => 21, ports)).close();
    // Everything of the log is exchanged, its own checkpoints included: nothing here remembers the first history.
    const other = await start(rewritten, () => 35, ports, 'rewritten');
    expect(other.witnesses().map(({ problem }) => problem?.code)).toEqual(['witness.inconsistent', 'witness.inconsistent']);
    expect(other.newest()!.note.signatures).toHaveLength(1);
    for (const witness of witnesses) {
      expect(witness.newest(origin)!.checkpoint).toEqual(honest.checkpoint(21));
      expect(witness.contradictions()).toMatchObject([{ seenSize: 21, offeredSize: 35, proof: expect.any(String) as string }]);
    }
    expect(readdirSync(join(folder.path, 'witness', 'clinic', 'split-views'))).toHaveLength(1);
  });

  it('is shown by comparing what was cosigned with the ledger, and proven from its tree even at a power of two', async () => {
    const clinic = await openOne('clinic');
    await (await start(honest, () => 16, [portTo('clinic', clinic)])).close();
    const seen = clinic.newest(origin)!;
    expect(
      await compareWithLedger(
        seen.checkpoint,
        honest.ledger(() => 40),
      ),
    ).toBe('same');
    expect(
      await compareWithLedger(
        seen.checkpoint,
        rewritten.ledger(() => 40),
      ),
    ).toBe('other');
    expect(
      await compareWithLedger(
        seen.checkpoint,
        rewritten.ledger(() => 12),
      ),
    ).toBe('beyond');
    const here = { bytes: rewritten.note(35), checkpoint: rewritten.checkpoint(35) };
    const proof = proveSplitView(logKey, seen, here, rewritten.node)!;
    expect(verifySplitView(unwrap(decodeSplitView(encodeSplitView(proof))))).toMatchObject({ verdict: 'held' });
    expect(proveSplitView(logKey, seen, { bytes: honest.note(35), checkpoint: honest.checkpoint(35) }, honest.node)).toBeUndefined();
  });

  it('is not signed for by a log that remembers its own last checkpoint', async () => {
    const clinic = portTo('clinic', await openOne('clinic'));
    await (await start(honest, () => 21, [clinic])).close();
    for (const [size, found] of [
      [35, 'other'],
      [12, 'beyond'],
    ] as const) {
      const other = await start(rewritten, () => size, [clinic]);
      expect(other.own()).toBe(found);
      expect(other.newest()!.checkpoint).toEqual(honest.checkpoint(21));
      await other.close();
    }
  });

  it('a ledger that was rolled back is behind what the witness has', async () => {
    const clinic = portTo('clinic', await openOne('clinic'));
    await (await start(honest, () => 21, [clinic])).close();
    const rolledBack = await start(honest, () => 15, [clinic], 'another folder');
    expect(rolledBack.witnesses()[0]).toMatchObject({ problem: { code: 'witness.ahead', data: { size: 21 } } });
  });
});
