/** What a witness says to a checkpoint as large as the one that it has: only the very same one is the same history. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '#sha256';
import { utf8 } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { encodeAddCheckpoint, parseAddCheckpoint } from '../../src/ledger/checkpoint/add-checkpoint.ts';
import { checkpointText, type Checkpoint } from '../../src/ledger/checkpoint/checkpoint.ts';
import { encodeNote } from '../../src/ledger/checkpoint/note.ts';
import { signText } from '../../src/ledger/checkpoint/signature.ts';
import { verifySplitView } from '../../src/ledger/checkpoint/split-view.ts';
import { judge, type Remembered } from '../../src/witness/judge.ts';
import { logKey, logSeed, testLog } from './support.ts';

const SIZE = 20;
const own = testLog(SIZE).checkpoint(SIZE);
const other = testLog(SIZE, 'b', 10).checkpoint(SIZE);
const otherBlock = { height: SIZE, hash: sha256(utf8('another block')) };
/** As logs have it that are no ledgers. */
const withoutBlock = ({ origin, size, root }: Checkpoint): Checkpoint => ({ origin, size, root, block: undefined });

const noteOf = (checkpoint: Checkpoint): Uint8Array => {
  const text = checkpointText(checkpoint);
  return encodeNote({ text, signatures: [signText(text, logKey, logSeed)] });
};
const known = (checkpoint: Checkpoint): Remembered => ({ bytes: noteOf(checkpoint), checkpoint, signedBy: [logKey] });
const judged = (seen: Checkpoint, offered: Checkpoint) =>
  judge(unwrap(parseAddCheckpoint(encodeAddCheckpoint(SIZE, [], noteOf(offered)))), [logKey], known(seen));

describe('a checkpoint of the same size', () => {
  it.each([
    ['the same', own, own],
    ['the same without a block', withoutBlock(own), withoutBlock(own)],
    ['one that names the block now', withoutBlock(own), own],
  ])('is cosigned again: %s', (_, seen, offered) => {
    expect(judged(seen, offered).verdict).toBe('cosign');
  });

  it.each([
    ['another root', own, other],
    ['another root, without blocks', withoutBlock(own), withoutBlock(other)],
    ['the same entries in another block', own, { ...own, block: otherBlock }],
    ['the same entries in a block of another height', own, { ...own, block: { ...own.block!, height: SIZE + 1 } }],
  ])('contradicts, with a proof: %s', (_, seen, offered) => {
    const judgement = judged(seen, offered);
    expect(judgement).toMatchObject({ verdict: 'contradicts', status: 409, size: SIZE });
    expect(judgement.verdict === 'contradicts' && judgement.splitView && verifySplitView(judgement.splitView).verdict).toBe('held');
  });

  it('is refused when it names no block any more: it would be forgotten which one there was', () => {
    expect(judged(own, withoutBlock(own))).toMatchObject({ verdict: 'refuse', status: 403 });
  });
});
