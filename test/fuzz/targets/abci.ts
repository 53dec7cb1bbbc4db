/** What an engine sends over the socket: frames in chunks of any size, requests in any form. */
import {
  CheckTxType,
  decodeRequest,
  encodeRequest,
  encodeResponse,
  decodeResponse,
  exceptionResponse,
  type Request,
} from '../../../src/engine/abci/codec.ts';
import { FrameError, FrameReader } from '../../../src/engine/abci/frames.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';
import { randomOf } from '../../support/random.ts';

const LIMIT = 65_536;
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 255);

const requests: readonly Request[] = [
  { echo: { message: 'hello' } },
  { flush: {} },
  { info: { version: '0.40.0', blockVersion: 11n, p2pVersion: 9n, abciVersion: '2.0.0' } },
  { query: { data: bytes(40), path: '/state', height: 7n, prove: true } },
  { checkTx: { tx: bytes(300), type: CheckTxType.NEW } },
  { commit: {} },
  { listSnapshots: {} },
  { offerSnapshot: { snapshot: { height: 5n, format: 1, chunks: 3, hash: bytes(32), metadata: bytes(80) }, appHash: bytes(32) } },
  { loadSnapshotChunk: { height: 5n, format: 1, chunk: 2 } },
  { applySnapshotChunk: { index: 0, chunk: bytes(500), sender: 'peer' } },
  {
    prepareProposal: {
      maxTxBytes: 1_000_000n,
      txs: [bytes(10), bytes(200), new Uint8Array(0)],
      localLastCommit: { round: 0, votes: [] },
      misbehavior: [],
      height: 3n,
      time: { seconds: 1_790_000_000n, nanos: 5 },
      nextValidatorsHash: bytes(32),
      proposerAddress: bytes(20),
    },
  },
  {
    finalizeBlock: {
      txs: [bytes(10), bytes(200)],
      decidedLastCommit: { round: 1, votes: [{ validator: { address: bytes(20), power: 10n }, blockIdFlag: 2 }] },
      misbehavior: [],
      hash: bytes(32),
      height: 3n,
      time: { seconds: 1_790_000_000n, nanos: 999_999_999 },
      nextValidatorsHash: bytes(32),
      proposerAddress: bytes(20),
    },
  },
].map((request) => request as unknown as Request);

const framed = requests.map(encodeRequest);
const unframed = framed.map((frame) => {
  const reader = new FrameReader(LIMIT);
  reader.push(frame);
  return reader.next()!;
});

/** The frames of a stream, in chunks cut by its own bytes; whatever it is, no more is kept than the limit. */
function framesOf(input: Uint8Array, chunks: (left: number) => number): readonly Uint8Array[] | FrameError {
  const reader = new FrameReader(LIMIT);
  const frames: Uint8Array[] = [];
  try {
    for (let at = 0; at < input.length;) {
      const size = Math.max(1, Math.min(input.length - at, chunks(input.length - at)));
      reader.push(input.subarray(at, at + size));
      at += size;
      for (let frame = reader.next(); frame; frame = reader.next()) {
        if (frame.length > LIMIT) throw new Broken(`a frame of ${frame.length} bytes`);
        frames.push(Uint8Array.from(frame));
      }
    }
    return frames;
  } catch (error) {
    if (error instanceof FrameError) return error;
    throw error;
  }
}

function stream(input: Uint8Array): Verdict {
  const random = randomOf(input.length, input[0] ?? 0, input.at(-1) ?? 0);
  const whole = framesOf(input, (left) => left);
  const cut = framesOf(input, () => 1 + random.below(40));
  if (whole instanceof FrameError !== cut instanceof FrameError) throw new Broken('chunks decide whether it is refused');
  if (whole instanceof FrameError || cut instanceof FrameError) return 'refused';
  if (whole.length !== cut.length || whole.some((frame, i) => Buffer.compare(frame, cut[i]!) !== 0)) throw new Broken('chunks decide what it says');
  return 'accepted';
}

/** Refused by an exception, as its contract says: the connection then ends. */
const refusable =
  (decode: (input: Uint8Array) => unknown) =>
  (input: Uint8Array): Verdict => {
    try {
      decode(input);
      return 'accepted';
    } catch (error) {
      if (error instanceof Error) return 'refused';
      throw error;
    }
  };

export const abciTargets: readonly Target[] = [
  { name: 'ABCI frames', seeds: [...framed, Buffer.concat(framed).subarray()], format: 'bytes', check: stream },
  { name: 'ABCI request', seeds: unframed, format: 'bytes', pieces: unframed, check: refusable(decodeRequest) },
  {
    name: 'ABCI response',
    seeds: [encodeResponse(exceptionResponse('no')), encodeResponse({ flush: {} })].map((frame) => frame.subarray(1)),
    format: 'bytes',
    check: refusable(decodeResponse),
  },
];
