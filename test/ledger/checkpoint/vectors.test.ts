/** The frozen vectors of checkpoints, requests to witnesses and split views, read as any other implementation would read them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { encodeNote, parseNote } from '../../../src/ledger/checkpoint/note.ts';
import { parseVerifierKey, verifierKey } from '../../../src/ledger/checkpoint/note-key.ts';
import { isSignatureOf, verifiedTime } from '../../../src/ledger/checkpoint/signature.ts';
import { decodeSplitView, encodeSplitView, verifySplitView } from '../../../src/ledger/checkpoint/split-view.ts';
import {
  judgeCheckpoint,
  judgeRequest,
  judgeSplitView,
  type CheckpointVector,
  type RequestVector,
  type SplitViewVector,
} from '../../vectors/checkpoints/generate.ts';

const read = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`../../vectors/checkpoints/${name}`, import.meta.url), 'utf8')) as T[];

describe('checkpoints.json', () => {
  const vectors = read<CheckpointVector>('checkpoints.json');
  it.for(vectors)('$name', ({ expected, ...given }) => expect(judgeCheckpoint(given)).toEqual(expected));

  it('what is a note is written again as it was read', () => {
    const notes = vectors.filter(({ note }) => parseNote(utf8(note)).ok);
    expect(notes.length).toBeGreaterThan(20);
    for (const { note } of notes) expect(toHex(encodeNote(unwrap(parseNote(utf8(note)))))).toBe(toHex(utf8(note)));
  });

  it('has checkpoints that hold, that fail and that cannot be judged, each step failing somewhere', () => {
    expect(new Set(vectors.map(({ expected }) => expected.verdict))).toEqual(new Set(['held', 'failed', 'incomplete']));
    expect(new Set(vectors.flatMap(({ expected }) => expected.failed))).toEqual(new Set(['note', 'checkpoint', 'log', 'witnesses']));
  });

  it('another implementation’s signature holds, and not over another text', () => {
    const { note, logKeys } = vectors.find(({ name }) => name.includes('Go’s'))!;
    const key = unwrap(parseVerifierKey(logKeys[0]!));
    const { text, signatures } = unwrap(parseNote(utf8(note)));
    expect(isSignatureOf(signatures[0]!, key)).toBe(true);
    expect(verifiedTime(text, signatures[0]!, key)).toBe(0);
    expect(verifiedTime(text.replace('answer', 'question'), signatures[0]!, key)).toBeUndefined();
  });
});

describe('requests.json', () => {
  it.for(read<RequestVector>('requests.json'))('$name', ({ expected, ...given }) => expect(judgeRequest(given)).toEqual(expected));
});

describe('split-views.json', () => {
  const vectors = read<SplitViewVector>('split-views.json');
  it.for(vectors)('$name', ({ expected, ...given }) => expect(judgeSplitView(given)).toEqual(expected));

  it('no proof survives a change of any byte', () => {
    const good = vectors.filter(({ expected }) => expected.verdict === 'held');
    expect(good.length).toBeGreaterThan(3);
    for (const { proof } of good) {
      const bytes = fromHex(proof);
      const { key } = unwrap(decodeSplitView(bytes));
      for (let at = 0; at < bytes.length; at++) {
        const changed = decodeSplitView(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)));
        // The key of the accused is in the file: a change must not accuse another one, nor the same one with other words.
        if (changed.ok) expect(verifySplitView(changed.value).verdict, `byte ${at}`).toBe('failed');
      }
      expect(toHex(encodeSplitView(unwrap(decodeSplitView(bytes))))).toBe(proof);
      expect(verifierKey(key)).toContain('careledger/vector-ledger');
    }
  });
});

describe('verifier keys', () => {
  const good = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  it.for([
    ['another id', good.replace('c74f20a3', 'c74f20a4')],
    ['an upper-case id', good.replace('c74f20a3', 'C74F20A3')],
    ['another name', good.replace('Peter', 'Petra')],
    ['a name with a space', good.replace('Peter', 'Peter ')],
    ['no name', good.slice(good.indexOf('+'))],
    ['another type of signature', 'PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW='],
    ['a key that is too short', 'PeterNeumann+c74f20a3+ARpc2Q=='],
    ['nothing', ''],
    ['very much', `${good}${'A'.repeat(600)}`],
  ] as const)('%s is refused', ([, text]) => expect(parseVerifierKey(text).ok).toBe(false));
  it('is written as it was read', () => expect(verifierKey(unwrap(parseVerifierKey(good)))).toBe(good));
});
