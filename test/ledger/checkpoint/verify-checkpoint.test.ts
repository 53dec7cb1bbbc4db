/** A checkpoint that several keys have signed: one signature that does not hold is told, whatever the others say. */
import { describe, expect, it } from 'vitest';
import { ed25519PublicKey } from '#ed25519';
import { sha256 } from '#sha256';
import { utf8 } from '../../../src/base/bytes.ts';
import { checkpointText, ledgerOrigin, witnessName } from '../../../src/ledger/checkpoint/checkpoint.ts';
import { noteKey, type NoteKey } from '../../../src/ledger/checkpoint/note-key.ts';
import { encodeNote, type NoteSignature } from '../../../src/ledger/checkpoint/note.ts';
import { cosignText, signText } from '../../../src/ledger/checkpoint/signature.ts';
import { verifyCheckpoint } from '../../../src/ledger/checkpoint/verify-checkpoint.ts';
import { seedOf } from '../../support/ledger.ts';

const chainId = 'checked';
const origin = ledgerOrigin(chainId);
const keyFor = (use: NoteKey['use'], name: string, label: string): NoteKey => noteKey(use, name, ed25519PublicKey(seedOf(label)));
const [north, south] = [keyFor('log', origin, 'north'), keyFor('log', origin, 'south')];
const clinic = keyFor('witness', witnessName(chainId, 'clinic'), 'clinic');
const text = checkpointText({ origin, size: 7, root: sha256(utf8('root')), block: undefined });
const broken = ({ signature, ...rest }: NoteSignature): NoteSignature => ({ ...rest, signature: signature.with(20, signature[20]! ^ 1) });

const [byNorth, bySouth] = [signText(text, north, seedOf('north')), signText(text, south, seedOf('south'))];
const byClinic = cosignText(text, clinic, seedOf('clinic'), 1_790_000_000);
const trust = { logKeys: [north, south], witnesses: [{ key: clinic, name: 'The clinic' }] };
const judged = (...signatures: readonly NoteSignature[]) => {
  const { verdict, steps, facts } = verifyCheckpoint(encodeNote({ text, signatures }), trust);
  return { verdict, failed: steps.flatMap(({ name, state }) => (state === 'failed' ? [name] : [])), seen: facts.seenBy.map(({ name }) => name) };
};

describe('a checkpoint', () => {
  it('holds when what is in it holds', () => {
    expect(judged(byNorth, bySouth, byClinic)).toEqual({ verdict: 'held', failed: [], seen: ['The clinic'] });
    expect(judged(byNorth, byClinic)).toEqual({ verdict: 'held', failed: [], seen: ['The clinic'] });
  });

  it('does not hold with a broken signature of one of the log’s keys beside a good one', () => {
    expect(judged(byNorth, broken(bySouth), byClinic)).toMatchObject({ verdict: 'failed', failed: ['log'] });
  });

  it('does not hold with a broken cosignature, nor with nobody’s signature', () => {
    expect(judged(byNorth, broken(byClinic))).toMatchObject({ verdict: 'failed', failed: ['witnesses'], seen: [] });
    expect(judged(byClinic)).toMatchObject({ verdict: 'failed', failed: ['log'] });
  });
});
