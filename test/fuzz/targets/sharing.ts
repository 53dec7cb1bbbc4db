/** What members send each other about shared records: signed messages of the channel, and the bodies of each method. */
import { ed25519Sign } from '#ed25519';
import { utf8 } from '../../../src/base/bytes.ts';
import { decodeCbor } from '../../../src/base/cbor.ts';
import { ok, unwrap, type Result } from '../../../src/base/result.ts';
import { decodeRequest, encodeAnswer, encodeRequest, openAnswer, type RequestPayload } from '../../../src/network/envelope.ts';
import {
  decodeAsk,
  decodeEvidence,
  decodeOriginal,
  decodeProofs,
  decodeRead,
  decodeReceived,
  decodeReports,
  decodeRestore,
  decodeSequence,
  decodeSequences,
  decodeShareOpened,
  decodeWithdraw,
  encodeAsk,
  encodeEvidence,
  encodeOriginal,
  encodeProofs,
  encodeRead,
  encodeReceived,
  encodeReports,
  encodeRestore,
  encodeSequence,
  encodeSequences,
  encodeShareOpened,
  encodeWithdraw,
} from '../../../src/sharing/messages/messages.ts';
import { decodePage, encodePage, openPage, sealPage, type SentProof, type SentVersion } from '../../../src/sharing/messages/page.ts';
import { reportedEvent } from '../../../src/sharing/messages/reported-event.ts';
import { decodeSealed, encodeSealed } from '../../../src/sharing/messages/sealed.ts';
import type { ShareTerms } from '../../../src/sharing/messages/share-terms.ts';
import { hpkeKeyPair } from '../../../src/vault/hpke.ts';
import { keyOf, seedOf } from '../../support/ledger.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';
import { cborTarget, holdsOnlyFor, roundTrip } from './promises.ts';
import { reportedAccess } from '../../support/reported-access.ts';

const terms: ShareTerms = {
  v: 1,
  grantId: 'ab'.repeat(32),
  custodian: 'hospital',
  grantee: 'clinic',
  patient: 'p-1',
  purpose: 'treatment',
  categories: ['results', 'medications'],
  includeSensitive: false,
  since: 1_790_000_000_000,
  lastDay: 20_900,
  requestId: '',
  replaces: '',
};
const proof: SentProof = { blinder: seedOf('batch'), size: 9, index: 4, path: new Uint8Array(96), anchor: seedOf('anchor') };
const version: SentVersion = {
  type: 'Observation',
  id: 'o-1',
  version: 2,
  deleted: false,
  lastUpdated: 1_790_000_000_000,
  sequence: 17,
  blinder: seedOf('entry'),
  content: utf8('{"resourceType":"Observation","id":"o-1"}'),
  proof,
};
const upTo = { sequence: 17, time: 1_790_000_000_000 };
const page = {
  versions: [version, { ...version, id: 'o-2', deleted: true, content: new Uint8Array(0), proof: null }],
  withdrawn: [],
  next: '',
  upTo,
};
const withdrawn = [
  { type: 'Observation', id: 'o-1', version: 3, sequence: 40 },
  { type: 'Condition', id: 'c.2', version: 1, sequence: 0 },
];
const report = { ...reportedAccess, grant: 'ab'.repeat(32) };
const refused = { ...report, outcome: 'refused', refusal: { code: 'access.denied', words: 'Not shared' }, exception: 'ledger-behind' };

/** The bodies have no code of their own: whoever takes them says `sharing.malformed`. */
const body =
  <T>(decode: (bytes: Uint8Array) => T | undefined) =>
  (bytes: Uint8Array): Result<T> => {
    const value = decode(bytes);
    return value === undefined ? { ok: false, error: { code: 'sharing.malformed', message: '' } } : ok(value);
  };

const bodyTarget = <T>(name: string, values: readonly T[], encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => T | undefined): Target =>
  cborTarget(`sharing ${name}`, values.map(encode), roundTrip(body(decode), encode));

const sign = (message: Uint8Array): Uint8Array => ed25519Sign(seedOf('clinic'), message);
const payload: RequestPayload = {
  chainId: 'test-ledger',
  from: 'clinic',
  to: 'hospital',
  method: 'record.read',
  who: { id: 'u-1', kind: 'person', name: 'Dr Example', role: 'clinician' },
  purpose: 'treatment',
  grant: seedOf('grant'),
  nonce: new Uint8Array(16).fill(3),
  issued: 1_790_000_000_000,
  expires: 1_790_000_030_000,
  body: encodeRead({ patient: 'p-1', after: '' }),
};
const requests = [
  encodeRequest(payload, sign),
  encodeRequest({ ...payload, grant: new Uint8Array(0), who: { ...payload.who, kind: 'machine' }, body: new Uint8Array(0) }, sign),
];
const expected = { request: seedOf('request'), from: 'clinic', to: 'hospital', signingKey: keyOf('clinic') };
const answer = { request: expected.request, from: 'clinic', to: 'hospital', time: 1_790_000_000_000 };
const answers = [
  encodeAnswer({ ...answer, error: undefined, body: encodeSequence(4) }, sign),
  encodeAnswer({ ...answer, error: { code: 'sharing.malformed', message: 'No.' }, body: new Uint8Array(0) }, sign),
];

/** Taken apart without a key, and put together again with the signature that it came with: the same bytes. */
function request(input: Uint8Array): Verdict {
  const verdict = roundTrip(decodeRequest, ({ payload: read }) => {
    const [, signature] = unwrap(decodeCbor(input)) as readonly [Uint8Array, Uint8Array];
    return encodeRequest(read, () => signature);
  })(input);
  if (verdict === 'accepted' && unwrap(decodeRequest(input)).signedBy(keyOf('clinic')) && !requests.some((seed) => Buffer.compare(seed, input) === 0))
    throw new Broken('it is signed although it was changed');
  return verdict;
}

/** Goes into a patient's log: what is read from it is whole, bounded, and read again as the same. */
function access(input: Uint8Array): Verdict {
  const event = reportedEvent(input, 'hospital', 'clinic');
  if (!event) return 'refused';
  const written = JSON.stringify(event);
  if (written.length > 65_536) throw new Broken('it takes more than it may');
  const again = reportedEvent(utf8(written), 'hospital', 'clinic');
  if (JSON.stringify(again) !== written) throw new Broken('read again it is something else');
  const { who, what, purpose, basis, refusal } = event;
  const shown = [event.time, event.through, ...Object.values(who), what.words, ...Object.values(purpose), ...Object.values(basis)];
  if (![...shown, ...Object.values(refusal ?? {})].every((text) => typeof text === 'string')) throw new Broken('something else than text is shown');
  if (event.patient !== 'p-1' && !/^[A-Za-z0-9.-]{1,64}$/.test(event.patient)) throw new Broken('it names no patient');
  if (event.organisation.id !== 'clinic' || event.custodian !== 'hospital') throw new Broken('it speaks for somebody else');
  return 'accepted';
}

const keys = await hpkeKeyPair(seedOf('clinic hpke'));
const sealedPage = unwrap(await sealPage(keys.publicKey, 'test-ledger', terms, page));

/** What was sealed opens, and nothing that was changed on the way. */
async function sealed(input: Uint8Array): Promise<Verdict> {
  const opened = await openPage(keys, 'test-ledger', terms, input);
  return holdsOnlyFor([sealedPage], () => opened.ok)(input);
}

const jsonPieces = [
  'null',
  '1',
  '"x"',
  '[]',
  '{}',
  '-1',
  '1e400',
  '"__proto__":{}',
  '"v":2',
  '"kind":"machine"',
  '"2026-02-30"',
  '"outcome":"refused"',
  '\\ud800',
].map(utf8);

export const sharingTargets: readonly Target[] = [
  cborTarget('channel request', requests, request, 0.5),
  cborTarget(
    'channel answer',
    answers,
    holdsOnlyFor(answers, (input) => openAnswer(input, expected).ok),
    0.5,
  ),
  bodyTarget(
    'share opened',
    [{ terms, blinder: seedOf('terms'), subject: { name: 'A B', family: 'B', given: 'A', birthDate: '1980-01-01', gender: 'female' } }],
    encodeShareOpened,
    decodeShareOpened,
  ),
  bodyTarget(
    'read',
    [
      { patient: 'p-1', after: '' },
      { patient: 'p.2', after: 'cursor' },
    ],
    encodeRead,
    decodeRead,
  ),
  bodyTarget('received', [{ upTo, count: 12, sequence: 40 }], encodeReceived, decodeReceived),
  bodyTarget('ask', [{ requestId: 'r'.repeat(16), reason: 'Referred', family: 'B', given: 'A', birthDate: '1980-01-01' }], encodeAsk, decodeAsk),
  bodyTarget('reports', [[], [utf8(JSON.stringify(report)), utf8('{}')]], encodeReports, decodeReports),
  bodyTarget(
    'restore',
    [
      { type: '', id: '', sequence: 0 },
      { type: 'Patient', id: 'p-1', sequence: 9 },
    ],
    encodeRestore,
    decodeRestore,
  ),
  bodyTarget('original', [{ content: utf8('{}'), blinder: seedOf('entry') }], encodeOriginal, decodeOriginal),
  bodyTarget('withdraw', [withdrawn, withdrawn.slice(1)], encodeWithdraw, decodeWithdraw),
  bodyTarget('position', [0, 23, 70_000], encodeSequence, decodeSequence),
  bodyTarget('positions', [[], [1, 2, 300]], encodeSequences, decodeSequences),
  bodyTarget('proofs', [[], [null, proof]], encodeProofs, decodeProofs),
  bodyTarget('evidence', [{ anchor: new Uint8Array(40), ledger: new Uint8Array(90) }], encodeEvidence, decodeEvidence),
  cborTarget(
    'sharing page',
    [page, { ...page, withdrawn }, { ...page, versions: [], next: 'cursor' }].map(encodePage),
    roundTrip(decodePage, encodePage),
  ),
  cborTarget('sharing sealed', [sealedPage], roundTrip(body(decodeSealed), encodeSealed)),
  cborTarget('sharing sealed page', [sealedPage], sealed, 0.1),
  {
    name: 'sharing access report',
    seeds: [report, refused].map((one) => utf8(JSON.stringify(one))),
    format: 'bytes',
    pieces: jsonPieces,
    check: access,
  },
];
