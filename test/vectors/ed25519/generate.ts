/** Writes the vectors of Ed25519: `node test/vectors/ed25519/generate.ts`. They are frozen: a change of theirs is a change of the protocol. */
import { writeFileSync } from 'node:fs';
import { edgeCases, smallOrder } from './cases.ts';
import { equationOf, type Equation } from './curve.ts';

export interface SignatureVector {
  readonly name: string;
  /** Hex, as are message and signature. */
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  /** Whether S·B = R + h·A, exactly or only times eight; whatever the encodings. */
  readonly equation: Equation;
  /** Whether the network takes it. */
  readonly accepted: boolean;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Every case over a message of each length that hashing treats differently. */
export function caseVectors(): readonly SignatureVector[] {
  const messages = [0, 1, 64, 200].map((length) => Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255));
  return edgeCases().map(({ name, publicKey, sign, accepted }, i) => {
    const message = messages[i % messages.length]!;
    const signature = sign(message);
    return {
      name,
      publicKey: hex(publicKey),
      message: hex(message),
      signature: hex(signature),
      equation: equationOf(publicKey, message, signature),
      accepted,
    };
  });
}

/** Every encoding of a point of small order as key, with every one as R, and S = 0: ZIP 215 takes them all, for any message. */
export function smallOrderVectors(): readonly SignatureVector[] {
  const message = new TextEncoder().encode('any message');
  return smallOrder.flatMap((key) =>
    smallOrder.map((r) => {
      const signature = Uint8Array.from([...r.bytes, ...new Uint8Array(32)]);
      const equation = equationOf(key.bytes, message, signature);
      const name = `key of order ${key.order}, R of order ${r.order}`;
      return { name, publicKey: hex(key.bytes), message: hex(message), signature: hex(signature), equation, accepted: false };
    }),
  );
}

if (import.meta.main) {
  const lines = (vectors: readonly SignatureVector[]): string => `[\n${vectors.map((vector) => ` ${JSON.stringify(vector)}`).join(',\n')}\n]\n`;
  writeFileSync(new URL('edge-cases.json', import.meta.url), lines(caseVectors()));
  writeFileSync(new URL('small-order.json', import.meta.url), lines(smallOrderVectors()));
}
