/** Signed notes, checkpoints, requests to witnesses, proofs of split views: text from anywhere. */
import { utf8 } from '../../../src/base/bytes.ts';
import type { Result } from '../../../src/base/result.ts';
import { encodeAddCheckpoint, parseAddCheckpoint } from '../../../src/ledger/checkpoint/add-checkpoint.ts';
import { checkpointText, ledgerOrigin, parseCheckpoint, witnessName } from '../../../src/ledger/checkpoint/checkpoint.ts';
import { noteKey, parseVerifierKey, verifierKey } from '../../../src/ledger/checkpoint/note-key.ts';
import { encodeNote, parseNote, textOf } from '../../../src/ledger/checkpoint/note.ts';
import { cosignText, isSignatureOf, signText, verifiedTime } from '../../../src/ledger/checkpoint/signature.ts';
import { decodeSplitView, encodeSplitView, verifySplitView } from '../../../src/ledger/checkpoint/split-view.ts';
import { keyOf, seedOf } from '../../support/ledger.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';
import { cborTarget, roundTrip } from './promises.ts';

const origin = ledgerOrigin('test-ledger');
const log = noteKey('log', origin, keyOf('node'));
const witness = noteKey('witness', witnessName('test-ledger', 'hospital'), keyOf('witness'));

const checkpoints = [1, 2, 9, 1_000_000].map((size) =>
  checkpointText({ origin, size, root: seedOf(`root ${size}`), block: size === 2 ? undefined : { height: size, hash: seedOf(`block ${size}`) } }),
);
const notes = checkpoints.map((text, i) =>
  encodeNote({
    text,
    signatures: [signText(text, log, seedOf('node')), ...(i % 2 ? [cosignText(text, witness, seedOf('witness'), 1_790_000_000)] : [])],
  }),
);
const twin = checkpointText({ origin, size: 9, root: seedOf('another root'), block: { height: 9, hash: seedOf('block 9') } });
const twinNote = encodeNote({ text: twin, signatures: [signText(twin, log, seedOf('node'))] });
const split = encodeSplitView({ key: log, older: notes[2]!, newer: twinNote, root: seedOf('another root'), path: [] });
const requests = [encodeAddCheckpoint(0, [], notes[0]!), encodeAddCheckpoint(3, [seedOf('a'), seedOf('b')], notes[3]!)];

const pieces = [
  '\n',
  '\n\n',
  '— ',
  ' ',
  '+',
  '=',
  '\r',
  '\t',
  '\u0085',
  '0',
  '-1',
  '1e3',
  '9007199254740992',
  'old 5\n',
  `${origin}\n`,
  'block 1 ',
].map(utf8);

const asText =
  <T>(parse: (text: string) => Result<T>) =>
  (input: Uint8Array): Result<T | undefined> => {
    const text = textOf(input);
    return text === undefined ? { ok: false, error: { code: 'ledger.malformed', message: '' } } : parse(text);
  };

/** Of a note nothing can be changed that a key signed. */
function signed(input: Uint8Array): Verdict {
  const note = parseNote(input);
  if (!note.ok) return 'refused';
  let holding = 0;
  for (const signature of note.value.signatures)
    for (const key of [log, witness]) {
      if (!isSignatureOf(signature, key) || verifiedTime(note.value.text, signature, key) === undefined) continue;
      if (![...checkpoints, twin].includes(note.value.text)) throw new Broken('a signature holds over another text');
      holding++;
    }
  return holding > 0 ? 'accepted' : 'refused';
}

function splitHolds(input: Uint8Array): Verdict {
  const decoded = decodeSplitView(input);
  if (!decoded.ok || verifySplitView(decoded.value).verdict !== 'held') return 'refused';
  const texts = [decoded.value.older, decoded.value.newer].map((bytes) => {
    const note = parseNote(bytes);
    return note.ok ? note.value.text : '';
  });
  if (!texts.includes(checkpoints[2]!) || !texts.includes(twin)) throw new Broken('a split view holds that nobody signed');
  return 'accepted';
}

export const checkpointTargets: readonly Target[] = [
  { name: 'signed note', seeds: notes, format: 'bytes', pieces, check: roundTrip(parseNote, encodeNote) },
  { name: 'signed note, verified', seeds: notes, format: 'bytes', pieces, check: signed },
  {
    // Extension lines of other kinds are left unread, so the text is not the only one of its value.
    name: 'checkpoint',
    seeds: checkpoints.map(utf8),
    format: 'bytes',
    pieces,
    check: (input) => {
      const parsed = asText(parseCheckpoint)(input);
      if (!parsed.ok) return 'refused';
      const text = utf8(checkpointText(parsed.value!));
      const again = asText(parseCheckpoint)(text);
      if (!again.ok || Buffer.compare(utf8(checkpointText(again.value!)), text) !== 0) throw new Broken('what it was read as is not read again');
      return 'accepted';
    },
  },
  {
    name: 'verifier key',
    seeds: [log, witness].map((key) => utf8(verifierKey(key))),
    format: 'bytes',
    pieces,
    check: roundTrip(asText(parseVerifierKey), (key) => utf8(verifierKey(key!))),
  },
  {
    name: 'add-checkpoint',
    seeds: requests,
    format: 'bytes',
    pieces,
    check: roundTrip(parseAddCheckpoint, ({ oldSize, path, noteBytes }) => encodeAddCheckpoint(oldSize, path, noteBytes)),
  },
  cborTarget('split view', [split], roundTrip(decodeSplitView, encodeSplitView)),
  cborTarget('split view, verified', [split], splitHolds),
];
