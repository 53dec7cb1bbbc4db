/**
 * Signatures checked by the browser's own cryptography, which is quick from the first one on, where our own has to be compiled first. It answers only
 * later, and verification asks at once; so it runs twice: once to learn which signatures it will ask about, once with the answers.
 *
 * Used only where the browser keeps our rule (`ed25519-rule.ts`): what it is asked has acceptable encodings already, and it is tried on signatures that
 * hold only when multiplied by the cofactor. Elsewhere `ed25519.web.ts` computes by itself.
 */
import { equalBytes, fromHex } from './bytes.ts';

interface Asked {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

interface Answered extends Asked {
  readonly holds: boolean;
}

type Phase = { readonly asked: Asked[] } | { readonly answers: readonly Answered[] };

/** Set only while one synchronous call runs. */
const running: { phase?: Phase | undefined } = {};

/** What the browser said of a signature; undefined: it was not asked. While the questions are collected every signature holds. */
export function preparedAnswer(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | undefined {
  const { phase } = running;
  if (!phase) return undefined;
  if ('asked' in phase) {
    phase.asked.push({ publicKey, message, signature });
    return true;
  }
  return phase.answers.find((one) => equalBytes(one.signature, signature) && equalBytes(one.publicKey, publicKey) && equalBytes(one.message, message))
    ?.holds;
}

/** Runs a pure, synchronous function with its signatures checked by the browser; twice where that is of use. */
export async function withPreparedSignatures<T>(check: Checker | undefined, run: () => T): Promise<T> {
  if (!check) return run();
  const asked: Asked[] = [];
  const unasked = during({ asked }, run);
  // Nothing in it hangs on a signature.
  if (asked.length === 0) return unasked;
  const answers = await Promise.all(asked.map(async (one) => ({ ...one, holds: await check(one) })));
  return during({ answers: answers.filter((one): one is Answered => one.holds !== undefined) }, run);
}

function during<T>(phase: Phase, run: () => T): T {
  running.phase = phase;
  try {
    return run();
  } finally {
    running.phase = undefined;
  }
}

/** Whether a signature with acceptable encodings holds; undefined when the browser has no answer. */
export type Checker = (asked: Asked) => Promise<boolean | undefined>;

/** The browser's cryptography as a checker; undefined when it has no Ed25519 or another rule than ours. */
export async function platformChecker(subtle: SubtleCrypto | undefined): Promise<Checker | undefined> {
  if (!subtle) return undefined;
  const check: Checker = async ({ publicKey, message, signature }) => {
    try {
      const key = await subtle.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify']);
      return await subtle.verify('Ed25519', key, owned(signature), owned(message));
    } catch {
      return undefined;
    }
  };
  const found = await Promise.all(TRIALS.map((trial) => check(trial)));
  return found.every((holds, at) => holds === TRIALS[at]!.holds) ? check : undefined;
}

/** Web Crypto takes no view on memory that might be shared. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

const trial = (publicKey: string, message: string, signature: string, holds: boolean): Answered => ({
  publicKey: fromHex(publicKey),
  message: fromHex(message),
  signature: fromHex(signature),
  holds,
});

/** RFC 8032 without cofactor: an ordinary signature, one under a key with a part of small order, and two that hold only with the cofactor. */
const TRIALS: readonly Answered[] = [
  trial(
    '7478e60ad48963826aa81f8c6901903cfd59bf24ce9918efe3fe91c575497bab',
    '',
    '37285765143dc0515fa280e6edc1609c9c22f5b74c353c0c3344f257463a16f9b30eb1510fe2538397df68edc6204e73d34b31fffc126363a92e7b9e2cf43803',
    true,
  ),
  trial(
    '3eeba492f1f911496c7e0c577e4cc29c7cfaa969871dfbfaf072bdc9a5630efb',
    '01',
    '097c1bc3e827ecdf3ed7d373d91312617a6cf5a363a8898157cfb83b157cf590405a7a22f8dc4c358e952d8ca3630fbc4d5765faef0ed6185cb7ce354a5b0203',
    true,
  ),
  trial(
    '3eeba492f1f911496c7e0c577e4cc29c7cfaa969871dfbfaf072bdc9a5630efb',
    '40474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f9',
    '52166d3f1bc2a947e70fe4525d8ce886ae87d461950589f04ec28c53ba8181c886737a45206e1a1f1b8e63f5bf9d239974e094f57a4e53f884cc03608490af02',
    false,
  ),
  trial(
    '7478e60ad48963826aa81f8c6901903cfd59bf24ce9918efe3fe91c575497bab',
    '40474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb3bac1c8cfd6dde4ebf2f9',
    'e9311a00b96d9ef01c2f6ee1ff08ade52bbacb70e8e6fde0274b2288c01d7061a5fe8ab27595fb610eb6f9f8dbead2e2321faf7ce49bc02b5fc549eaabd8fa09',
    false,
  ),
];
