/**
 * Makes `checkpoints.json`, `requests.json` and `split-views.json` beside it, from fixed keys and trees. Run it only when a format is meant to
 * change: `node test/vectors/checkpoints/generate.ts`. Notes and requests are text, split views hexadecimal, keys verifier keys.
 */
import { writeFileSync } from 'node:fs';
import { ed25519PublicKey } from '#ed25519';
import { sha256 } from '#sha256';
import { fromHex, fromUtf8, toHex, utf8 } from '../../../src/base/bytes.ts';
import { encodeCbor } from '../../../src/base/cbor.ts';
import { unwrap } from '../../../src/base/result.ts';
import { encodeAddCheckpoint, parseAddCheckpoint } from '../../../src/ledger/checkpoint/add-checkpoint.ts';
import { checkpointText, ledgerOrigin, witnessName, type Checkpoint } from '../../../src/ledger/checkpoint/checkpoint.ts';
import { noteKey, parseVerifierKey, verifierKey, type NoteKey } from '../../../src/ledger/checkpoint/note-key.ts';
import { encodeNote, type NoteSignature } from '../../../src/ledger/checkpoint/note.ts';
import { cosignText, signText } from '../../../src/ledger/checkpoint/signature.ts';
import { decodeSplitView, encodeSplitView, splitViewOf, verifySplitView, type SplitView } from '../../../src/ledger/checkpoint/split-view.ts';
import { verifyCheckpoint } from '../../../src/ledger/checkpoint/verify-checkpoint.ts';
import { appendLeaves, consistencyPath, emptyFrontier, rootAt, type GetNode } from '../../../src/ledger/proofs/merkle-log.ts';

export interface CheckpointVector {
  readonly name: string;
  readonly note: string;
  readonly logKeys: readonly string[];
  readonly witnesses: readonly { readonly name: string; readonly key: string }[];
  readonly expected: {
    readonly verdict: string;
    readonly failed: readonly string[];
    readonly size: number | null;
    readonly signedBy: readonly string[];
    readonly seenBy: readonly { readonly name: string; readonly time: number }[];
    readonly unknown: readonly string[];
  };
}

export interface RequestVector {
  readonly name: string;
  readonly body: string;
  readonly expected: { readonly oldSize: number; readonly path: number; readonly size: number } | 'malformed';
}

export interface SplitViewVector {
  readonly name: string;
  readonly proof: string;
  readonly expected: { readonly verdict: string; readonly failed: readonly string[]; readonly key: string | null };
}

export function judgeCheckpoint({ note, logKeys, witnesses }: Omit<CheckpointVector, 'expected'>): CheckpointVector['expected'] {
  const keyOf = (text: string): NoteKey => unwrap(parseVerifierKey(text));
  const trust = { logKeys: logKeys.map(keyOf), witnesses: witnesses.map(({ name, key }) => ({ name, key: keyOf(key) })) };
  const { verdict, steps, facts } = verifyCheckpoint(utf8(note), trust);
  return {
    verdict,
    failed: steps.filter(({ state }) => state === 'failed').map(({ name }) => name),
    size: facts.checkpoint?.size ?? null,
    signedBy: facts.signedBy.map(verifierKey),
    seenBy: facts.seenBy.map(({ name, time }) => ({ name, time })),
    unknown: facts.unknown,
  };
}

export function judgeRequest({ body }: Omit<RequestVector, 'expected'>): RequestVector['expected'] {
  const parsed = parseAddCheckpoint(utf8(body));
  return parsed.ok ? { oldSize: parsed.value.oldSize, path: parsed.value.path.length, size: parsed.value.checkpoint.size } : 'malformed';
}

export function judgeSplitView({ proof }: Omit<SplitViewVector, 'expected'>): SplitViewVector['expected'] {
  const decoded = decodeSplitView(fromHex(proof));
  if (!decoded.ok) return { verdict: 'malformed', failed: [], key: null };
  const { verdict, steps, facts } = verifySplitView(decoded.value);
  return { verdict, failed: steps.filter(({ state }) => state === 'failed').map(({ name }) => name), key: verifierKey(facts.key) };
}

const seed = (label: string): Uint8Array => sha256(utf8(`checkpoint vectors: ${label}`));
const chainId = 'vector-ledger';
const origin = ledgerOrigin(chainId);
const logKey = noteKey('log', origin, ed25519PublicKey(seed('log')));
const otherLogKey = noteKey('log', origin, ed25519PublicKey(seed('another log')));
const witnessKey = (org: string): NoteKey => noteKey('witness', witnessName(chainId, org), ed25519PublicKey(seed(org)));
const [clinic, insurer] = ['clinic', 'insurer'].map(witnessKey) as [NoteKey, NoteKey];

/** A log whose entries from `from` on are others than those of the log "a". */
function tree(label: string, size: number, from = 0): GetNode {
  const nodes = new Map<string, Uint8Array>();
  const leaves = Array.from({ length: size }, (_, at) => sha256(utf8(`${at < from ? 'a' : label}/${at}`)));
  appendLeaves(emptyFrontier, leaves, (level, index, hash) => void nodes.set(`${level}/${index}`, hash));
  return (level, index) => nodes.get(`${level}/${index}`)!;
}

const honest = tree('a', 40);
const forked = tree('b', 40, 10);

const head = (node: GetNode, size: number, changes: Partial<Checkpoint> = {}): Checkpoint => ({
  origin,
  size,
  root: rootAt(size, node),
  block: { height: size * 2, hash: sha256(utf8(`block ${size}`)) },
  ...changes,
});
const noteOf = (text: string, ...signatures: readonly NoteSignature[]): string => fromUtf8(encodeNote({ text, signatures }));
const signed = (checkpoint: Checkpoint, by = logKey, label = 'log'): { bytes: Uint8Array; checkpoint: Checkpoint } => {
  const text = checkpointText(checkpoint);
  return { bytes: utf8(noteOf(text, signText(text, by, seed(label)))), checkpoint };
};

const text = checkpointText(head(honest, 21));
const own = signText(text, logKey, seed('log'));
const seenByClinic = cosignText(text, clinic, seed('clinic'), 1_767_225_600);
const seenByInsurer = cosignText(text, insurer, seed('insurer'), 1_767_225_605);
const damaged = ({ signature, ...rest }: NoteSignature): NoteSignature => ({ ...rest, signature: signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) });

const known = {
  logKeys: [verifierKey(logKey)],
  witnesses: [
    { name: 'The clinic', key: verifierKey(clinic) },
    { name: 'The insurer', key: verifierKey(insurer) },
  ],
};

function checkpoints(): readonly CheckpointVector[] {
  const vector = (name: string, note: string, changes: Partial<Omit<CheckpointVector, 'expected'>> = {}): CheckpointVector => {
    const given = { name, note, ...known, ...changes };
    return { ...given, expected: judgeCheckpoint(given) };
  };
  const full = noteOf(text, own, seenByClinic, seenByInsurer);
  const as = (change: (note: string) => string): string => change(full);
  const empty = checkpointText({ ...head(honest, 0), root: sha256(new Uint8Array(0)), block: undefined });
  const foreign = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n';
  return [
    vector('seen by two', full),
    vector('seen by one', noteOf(text, own, seenByClinic)),
    vector('seen by nobody', noteOf(text, own)),
    vector('no witness is known', full, { witnesses: [] }),
    vector('no key of the log is known', full, { logKeys: [] }),
    vector('a signature of somebody unknown is left alone', noteOf(text, own, seenByClinic, cosignText(text, witnessKey('stranger'), seed('stranger'), 1))),
    vector('one key under two names is one party', noteOf(text, own, seenByClinic, cosignText(text, noteKey('witness', 'another.example/name', clinic.publicKey), seed('clinic'), 1_767_225_600)), {
      witnesses: [...known.witnesses, { name: 'The clinic again', key: verifierKey(noteKey('witness', 'another.example/name', clinic.publicKey)) }],
    }),
    vector('the log is no witness of itself', noteOf(text, own, cosignText(text, noteKey('witness', 'self.example', logKey.publicKey), seed('log'), 5)), {
      witnesses: [{ name: 'Itself', key: verifierKey(noteKey('witness', 'self.example', logKey.publicKey)) }],
    }),
    vector('no block line', noteOf(checkpointText(head(honest, 21, { block: undefined })), signText(checkpointText(head(honest, 21, { block: undefined })), logKey, seed('log')))),
    vector('an extension line of another kind', noteOf(`${text}anything else\n`, signText(`${text}anything else\n`, logKey, seed('log')))),
    vector('the empty log', noteOf(empty, signText(empty, logKey, seed('log')))),
    vector('the log’s signature is damaged', noteOf(text, damaged(own), seenByClinic)),
    vector('a cosignature is damaged', noteOf(text, own, damaged(seenByClinic))),
    vector('the time of a cosignature is another one', noteOf(text, own, { ...seenByClinic, signature: seenByClinic.signature.map((byte, at) => (at === 7 ? byte + 1 : byte)) })),
    vector('another log’s key', noteOf(text, signText(text, otherLogKey, seed('another log')))),
    vector('a cosignature in the place of the log’s signature', noteOf(text, { ...seenByClinic, name: logKey.name, keyId: logKey.id })),
    vector('the size was changed', as((note) => note.replace('\n21\n', '\n22\n'))),
    vector('the block was changed', as((note) => note.replace('block 42 ', 'block 43 '))),
    vector('size with a leading zero', as((note) => note.replace('\n21\n', '\n021\n'))),
    vector('size beyond the safe integers', as((note) => note.replace('\n21\n', '\n9007199254740993\n'))),
    vector('root of 31 bytes', as((note) => note.replace(text.split('\n')[2]!, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=='))),
    vector('an empty line among the lines', noteOf(text.replace('\nblock', '\n\nblock'), own)),
    vector('fewer than three lines', noteOf(`${origin}\n21\n`, own)),
    vector('an empty log with a root', noteOf(text.replace('\n21\n', '\n0\n'), own)),
    vector('no signature at all', `${text}\n`),
    vector('no blank line', text),
    vector('no newline at the end', full.slice(0, -1)),
    vector('a hyphen instead of the dash', as((note) => note.replaceAll('\u2014', '-'))),
    vector('two spaces', as((note) => note.replace(`\u2014 ${origin} `, `\u2014 ${origin}  `))),
    vector('base64 without padding', as((note) => note.replaceAll('=\n', '\n'))),
    vector('base64 with other unused bits', noteOf(text, own).replace(/(.)=\n$/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=\n`)),
    vector('a carriage return', as((note) => note.replaceAll('\n', '\r\n'))),
    vector('a tab', as((note) => note.replace('block ', 'block\t'))),
    vector('65 signatures', noteOf(text, ...Array.from({ length: 65 }, () => own))),
    vector('nothing', ''),
    vector(
      'the example of Go’s implementation of notes: a good signature, but no checkpoint',
      `${foreign}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`,
      { logKeys: ['PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'] },
    ),
  ];
}

function requests(): readonly RequestVector[] {
  const vector = (name: string, body: string): RequestVector => ({ name, body, expected: judgeRequest({ name, body }) });
  const note = noteOf(text, own);
  const path = consistencyPath(13, 21, honest);
  const whole = fromUtf8(encodeAddCheckpoint(13, path, utf8(note)));
  return [
    vector('the first checkpoint', fromUtf8(encodeAddCheckpoint(0, [], utf8(note)))),
    vector('a later one', whole),
    vector('an old size that is larger: well-formed, to be refused for what it says', fromUtf8(encodeAddCheckpoint(22, [], utf8(note)))),
    vector('63 lines of path', fromUtf8(encodeAddCheckpoint(13, Array.from({ length: 63 }, () => path[0]!), utf8(note)))),
    vector('64 lines of path', fromUtf8(encodeAddCheckpoint(13, Array.from({ length: 64 }, () => path[0]!), utf8(note)))),
    vector('no old size', whole.slice(whole.indexOf('\n') + 1)),
    vector('old size with a leading zero', whole.replace('old 13', 'old 013')),
    vector('a negative old size', whole.replace('old 13', 'old -1')),
    vector('two spaces after old', whole.replace('old 13', 'old  13')),
    vector('a hash of 31 bytes', whole.replace(/\n[^\n]+\n/, '\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n')),
    vector('no blank line', whole.replace('\n\n', '\n')),
    vector('no checkpoint', whole.slice(0, whole.indexOf('\n\n') + 2)),
    vector('a checkpoint that is none', `old 0\n\n${noteOf('hello\n', own)}`),
    vector('nothing', ''),
  ];
}

function splitViews(): readonly SplitViewVector[] {
  const vector = (name: string, proof: Uint8Array): SplitViewVector => {
    const given = { name, proof: toHex(proof) };
    return { ...given, expected: judgeSplitView(given) };
  };
  const between = (a: number, b: number, node = forked) => ({ path: consistencyPath(a, b, node), root: rootAt(a, node) });
  const prove = (a: number, b: number): SplitView => splitViewOf(logKey, signed(head(honest, a)), signed(head(forked, b)), between(a, b))!;
  const good = prove(21, 35);
  const same = prove(21, 21);
  const otherBlock = { height: 42, hash: sha256(utf8('another block')) };
  const blocks: SplitView = {
    key: logKey,
    older: signed(head(honest, 21)).bytes,
    newer: signed(head(honest, 21, { block: otherBlock })).bytes,
    root: rootAt(21, honest),
    path: [],
  };
  const bytes = encodeSplitView(good);
  return [
    vector('other entries, the newer larger', bytes),
    vector('other entries, the older size a power of two', encodeSplitView(prove(16, 33))),
    vector('other entries, equal sizes', encodeSplitView(same)),
    vector('the same entries in another block', encodeSplitView(blocks)),
    vector('one log: the newer extends the older', encodeSplitView({ ...good, newer: signed(head(honest, 35)).bytes, ...between(21, 35, honest) })),
    vector('the same checkpoint twice', encodeSplitView({ ...blocks, newer: blocks.older })),
    vector('a prefix that both share', encodeSplitView({ ...good, older: signed(head(honest, 9)).bytes, ...between(9, 35) })),
    vector('an invented root', encodeSplitView({ ...good, root: sha256(utf8('invented')) })),
    vector('an invented path', encodeSplitView({ ...good, path: good.path.map(() => sha256(utf8('invented'))) })),
    vector('a path of one hash less', encodeSplitView({ ...good, path: good.path.slice(1) })),
    vector('the older after the newer', encodeSplitView({ ...good, older: good.newer, newer: good.older })),
    vector('the newer signed by another key', encodeSplitView({ ...good, newer: signed(head(forked, 35), otherLogKey, 'another log').bytes })),
    vector('under another key', encodeSplitView({ ...good, key: otherLogKey })),
    vector('a witness key', encodeSplitView({ ...good, key: noteKey('witness', origin, logKey.publicKey) })),
    vector('another log', encodeSplitView({ ...good, newer: signed(head(forked, 35, { origin: ledgerOrigin('another') })).bytes })),
    vector('a note that is none', encodeSplitView({ ...good, older: utf8('hello') })),
    vector('another type', encodeCbor({ type: 'careledger/other/1', key: '', older: utf8(''), newer: utf8(''), root: good.root, path: [] })),
    vector('a key that is none', encodeCbor({ type: 'careledger/split-view/1', key: 'x', older: good.older, newer: good.newer, root: good.root, path: [] })),
    vector('a field too many', encodeCbor({ ...(JSON.parse('{}') as object), extra: 1, type: 'careledger/split-view/1', key: verifierKey(logKey), older: good.older, newer: good.newer, root: good.root, path: [] })),
    vector('cut off', bytes.slice(0, -1)),
    vector('nothing', new Uint8Array(0)),
  ];
}

if (import.meta.main) {
  const write = (name: string, value: unknown): void => writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);
  write('checkpoints.json', checkpoints());
  write('requests.json', requests());
  write('split-views.json', splitViews());
}
