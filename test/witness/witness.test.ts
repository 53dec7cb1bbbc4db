/** The witness by the rules of C2SP tlog-witness: each answer, what is durable, and requests that race. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '../../src/base/bytes.ts';
import { codedError } from '../../src/base/errors.ts';
import { unwrap } from '../../src/base/result.ts';
import { checkpointText, witnessName } from '../../src/ledger/checkpoint/checkpoint.ts';
import { noteKey } from '../../src/ledger/checkpoint/note-key.ts';
import { encodeNote, parseNote, parseSignatureLines } from '../../src/ledger/checkpoint/note.ts';
import { signText, verifiedTime } from '../../src/ledger/checkpoint/signature.ts';
import { decodeSplitView, verifySplitView } from '../../src/ledger/checkpoint/split-view.ts';
import { witnessErrors } from '../../src/witness/errors.ts';
import { openWitness, silentWitness, type Witness, type WitnessOptions } from '../../src/witness/witness.ts';
import { keyOf, seedOf, temporaryFolder } from '../support/ledger.ts';
import { chainId, logKey, logSeed, origin, testLog } from './support.ts';

const NOW = Date.UTC(2026, 5, 1);
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder[Symbol.dispose]());

const open = async (changes: Partial<WitnessOptions> = {}): Promise<Witness> =>
  unwrap(
    await openWitness({
      directory: folder.path,
      name: witnessName(chainId, 'clinic'),
      seed: seedOf('clinic'),
      logKeys: async (asked) => (asked === origin ? [logKey] : undefined),
      now: () => NOW,
      ...changes,
    }),
  );

const honest = testLog(50);
const forked = testLog(50, 'b', 10);
const add = async (witness: Witness, body: Uint8Array): Promise<{ status: number; type: string; text: string }> => {
  const { status, type, body: answer } = await witness.add(body);
  return { status, type, text: fromUtf8(answer) };
};

describe('add-checkpoint', () => {
  it('200: one cosignature line over the checkpoint as it was sent, with the time', async () => {
    const witness = await open();
    const { status, text } = await add(witness, honest.request(0, 20));
    expect(status).toBe(200);
    const [line, ...more] = unwrap(parseSignatureLines(text));
    expect(more).toEqual([]);
    expect(verifiedTime(checkpointText(honest.checkpoint(20)), line!, witness.key)).toBe(NOW / 1000);
    expect((await add(witness, honest.request(20, 33))).status).toBe(200);
    expect(witness.newest(origin)!.checkpoint.size).toBe(33);
  });

  it('200: the same checkpoint again gets a fresh cosignature, never an older time', async () => {
    let now = NOW;
    const witness = await open({ now: () => now });
    await add(witness, honest.request(0, 20));
    now += 60_000;
    expect((await add(witness, honest.request(20, 20))).status).toBe(200);
    expect(witness.newest(origin)!.time).toBe(NOW / 1000 + 60);
    now -= 3_600_000;
    expect((await add(witness, honest.request(20, 21))).status).toBe(200);
    expect(witness.newest(origin)!.time).toBe(NOW / 1000 + 60);
  });

  it('400: not a request, an old size beyond the checkpoint', async () => {
    const witness = await open();
    expect((await add(witness, utf8('hello'))).status).toBe(400);
    expect((await add(witness, honest.request(20, 20, { note: honest.note(10) }))).status).toBe(400);
  });

  it('403: nobody trusted signed it, or the signature does not hold', async () => {
    const witness = await open();
    const stranger = { key: noteKey('log', origin, keyOf('stranger')), seed: seedOf('stranger') };
    expect((await add(witness, honest.request(0, 20, { note: honest.note(20, stranger) }))).status).toBe(403);
    const text = checkpointText(honest.checkpoint(20));
    const signature = signText(text, logKey, logSeed);
    const damaged = encodeNote({ text, signatures: [{ ...signature, signature: signature.signature.map((byte) => byte ^ 1) }] });
    expect((await add(witness, honest.request(0, 20, { note: damaged }))).status).toBe(403);
  });

  it('404: a log that it does not know', async () => {
    const witness = await open({ logKeys: async () => undefined });
    expect((await add(witness, honest.request(0, 20))).status).toBe(404);
  });

  it('409 with the size it has: an old size that is not that, also when it is larger than the checkpoint’s', async () => {
    const witness = await open();
    await add(witness, honest.request(0, 20));
    for (const body of [honest.request(0, 33), honest.request(19, 33), honest.request(0, 5)]) {
      expect(await add(witness, body)).toEqual({ status: 409, type: 'text/x.tlog.size', text: '20\n' });
    }
    expect(witness.newest(origin)!.checkpoint.size).toBe(20);
    expect(witness.contradictions()).toEqual([]);
  });

  it('409 and a proof: the same size with another root', async () => {
    const caught: string[] = [];
    const witness = await open({ onSplitView: (proof, file) => caught.push(file) });
    await add(witness, honest.request(0, 20));
    expect((await add(witness, forked.request(20, 20))).status).toBe(409);
    expect(witness.newest(origin)!.checkpoint).toEqual(honest.checkpoint(20));
    expect(caught).toHaveLength(1);
    const proof = unwrap(decodeSplitView(new Uint8Array(readFileSync(join(folder.path, 'split-views', caught[0]!)))));
    expect(verifySplitView(proof)).toMatchObject({ verdict: 'held', facts: { key: logKey } });
  });

  it('422 and a proof: the sender’s own consistent path from another history', async () => {
    const witness = await open();
    await add(witness, honest.request(0, 20));
    expect((await add(witness, forked.request(20, 33))).status).toBe(422);
    expect(witness.newest(origin)!.checkpoint.size).toBe(20);
    expect(witness.contradictions()).toMatchObject([{ origin, seenSize: 20, offeredSize: 33, proof: expect.any(String) as string }]);
  });

  it('422 without one: from a power of two the path does not tell the other root; or a path that leads nowhere', async () => {
    const witness = await open();
    await add(witness, honest.request(0, 16));
    expect((await add(witness, forked.request(16, 33))).status).toBe(422);
    expect((await add(witness, honest.request(16, 33, { path: [] }))).status).toBe(422);
    expect((await add(witness, honest.request(16, 16, { path: [logSeed] }))).status).toBe(422);
    expect(witness.contradictions().every(({ proof }) => proof === undefined)).toBe(true);
    expect((await add(witness, honest.request(16, 33))).status).toBe(200);
  });

  it('503 or 422 from a witness with a ledger of its own that has not got so far, or has another block', async () => {
    let found: Awaited<ReturnType<NonNullable<WitnessOptions['compare']>>> = 'beyond';
    const witness = await open({ compare: async () => found });
    for (found of ['beyond', 'unknown'] as const) expect((await add(witness, honest.request(0, 20))).status).toBe(503);
    expect(witness.contradictions()).toEqual([]);
    found = 'other';
    expect((await add(witness, honest.request(0, 20))).status).toBe(422);
    expect(witness.contradictions()).toMatchObject([{ seenSize: 20, offeredSize: 20, proof: undefined }]);
    expect(witness.newest(origin)).toBeUndefined();
    found = 'same';
    expect((await add(witness, honest.request(0, 20))).status).toBe(200);
  });

  it('422: a first checkpoint with a path', async () => {
    expect((await add(await open(), honest.request(0, 20, { path: [logSeed] }))).status).toBe(422);
  });

  it('an insisting log is one contradiction', async () => {
    const proofs = (): readonly string[] => readdirSync(join(folder.path, 'split-views'));
    const witness = await open();
    await add(witness, honest.request(0, 20));
    // The same again, and as its second history grows: one proof of what was seen is enough.
    for (const size of [20, 20, 21, 25, 33]) await add(witness, forked.request(20, size));
    expect(witness.contradictions()).toHaveLength(1);
    expect(proofs()).toHaveLength(1);
    const again = await open();
    await add(again, forked.request(20, 40));
    expect(again.contradictions()).toMatchObject([{ seenSize: 20, offeredSize: 40, proof: proofs()[0]! }]);
    expect(proofs()).toHaveLength(1);
    // What was seen since is another event.
    await add(again, honest.request(20, 33));
    await add(again, forked.request(33, 40));
    expect(proofs()).toHaveLength(2);
    // One that was archived makes room for the next.
    rmSync(join(folder.path, 'split-views', again.contradictions()[0]!.proof!));
    await add(again, forked.request(33, 41));
    expect(proofs()).toHaveLength(2);
  });
});

describe('what a witness remembers', () => {
  it('is there after a restart, with the log’s signature', async () => {
    await add(await open(), honest.request(0, 20));
    const again = await open();
    expect(again.newest(origin)).toMatchObject({ checkpoint: honest.checkpoint(20), time: NOW / 1000 });
    const kept = unwrap(parseNote(again.newest(origin)!.bytes));
    expect(kept.signatures.map(({ name }) => name)).toEqual([origin, witnessName(chainId, 'clinic')]);
    expect((await add(again, forked.request(20, 33))).status).toBe(422);
    expect((await add(again, honest.request(20, 33))).status).toBe(200);
  });

  it('keeps only signatures that it has checked', async () => {
    const text = checkpointText(honest.checkpoint(20));
    const junk = { name: 'junk.example', keyId: new Uint8Array(4), signature: new Uint8Array(2000) };
    const witness = await open();
    await add(witness, honest.request(0, 20, { note: encodeNote({ text, signatures: [junk, signText(text, logKey, logSeed)] }) }));
    expect(witness.newest(origin)!.note.signatures.map(({ name }) => name)).toEqual([origin, witness.key.name]);
  });

  it('a damaged or exchanged memory is refused: who has forgotten must not sign again', async () => {
    await add(await open(), honest.request(0, 20));
    const [name] = readdirSync(join(folder.path, 'logs'));
    const file = join(folder.path, 'logs', name!);
    const text = readFileSync(file, 'utf8');
    for (const harm of [text.replace('\n20\n', '\n19\n'), text.slice(0, 40), '']) {
      writeFileSync(file, harm);
      const opened = await openWitness({
        directory: folder.path,
        name: witnessName(chainId, 'clinic'),
        seed: seedOf('clinic'),
        logKeys: async () => [],
        now: () => NOW,
      });
      expect(opened).toMatchObject({ ok: false, error: { code: 'witness.state-damaged' } });
    }
  });

  it('outlives a replaced key: the same name with another key still holds to what was signed before', async () => {
    await add(await open(), honest.request(0, 20));
    const again = await open({ seed: seedOf('clinic, new key') });
    expect(again.newest(origin)).toMatchObject({ checkpoint: honest.checkpoint(20), time: NOW / 1000 });
    expect((await add(again, forked.request(20, 33))).status).toBe(422);
    expect((await add(again, honest.request(20, 33))).status).toBe(200);
  });

  it('without its memory a witness signs nothing', async () => {
    const silent = silentWitness(codedError(witnessErrors, 'witness.state-damaged'), witnessName(chainId, 'clinic'), seedOf('clinic'));
    expect((await add(silent, honest.request(0, 20))).status).toBe(503);
    expect(silent.key).toEqual((await open()).key);
  });

  it('of racing requests at most one wins from each size, and sizes never go back', async () => {
    const witness = await open();
    await add(witness, honest.request(0, 5));
    const sizes = [20, 12, 33, 7, 50, 41, 6, 49];
    const answers = await Promise.all(sizes.map((size) => add(witness, honest.request(5, size))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(sizes.length - 1);
    expect(witness.newest(origin)!.checkpoint.size).toBe(sizes[answers.findIndex(({ status }) => status === 200)]);
  });
});
