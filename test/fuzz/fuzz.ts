/**
 * The run: every target gets its share of mutated inputs, each made from (seed, target, number), so that one line of a failure is enough to
 * make the input again: CARELEDGER_FUZZ_SEED=… CARELEDGER_FUZZ_ONLY=<target>#<number>.
 */
import { mutateBytes } from './mutate-bytes.ts';
import { degenerate, mutateCbor } from './mutate-cbor.ts';
import { randomOf } from '../support/random.ts';

export interface Target {
  readonly name: string;
  /** Inputs that are accepted as they are. */
  readonly seeds: readonly Uint8Array[];
  /** `cbor`: mutations keep the structure, mostly. `pieces`: what such inputs are made of, for formats of text. */
  readonly format: 'cbor' | 'bytes';
  readonly pieces?: readonly Uint8Array[];
  /** Share of the inputs (default 1): fewer where one input costs signatures. */
  readonly share?: number;
  /** Throws a `Broken` when the target does not keep what it promises, or whatever the target throws. */
  readonly check: (input: Uint8Array) => Verdict | Promise<Verdict>;
}

export type Verdict = 'accepted' | 'refused';

export class Broken extends Error {}

export interface Findings {
  readonly inputs: number;
  /** By target. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
}

/** No input is large, so none has a reason to take long: this is far above what a busy machine adds, far below what a hostile loop takes. */
const LIMIT_MS = 5_000;

export function inputOf(target: Target, seed: number, number: number): Uint8Array {
  if (number < target.seeds.length) return target.seeds[number]!;
  const hardly = degenerate[number - target.seeds.length];
  if (hardly) return hardly;
  const random = randomOf(seed, target.name, number);
  const [input, donor] = [random.pick(target.seeds), random.pick(target.seeds)];
  const structured = target.format === 'cbor' && !random.once(4) ? mutateCbor(input, donor, random) : undefined;
  return structured ?? mutateBytes(input, donor, random, target.pieces);
}

export async function fuzz(targets: readonly Target[], inputs: number, seed: number, only?: string): Promise<Findings> {
  const shares = targets.reduce((sum, { share = 1 }) => sum + share, 0);
  const accepted = new Map<string, number>();
  const refused = new Map<string, number>();
  let slowestMs = 0;
  let done = 0;
  for (const target of targets) {
    const [name, chosen] = only?.split('#') ?? [];
    if (name !== undefined && name !== target.name) continue;
    const count = Math.max(target.seeds.length + degenerate.length, Math.ceil((inputs * (target.share ?? 1)) / shares));
    for (let number = 0; number < count; number++) {
      if (chosen !== undefined && Number(chosen) !== number) continue;
      const input = inputOf(target, seed, number);
      const before = performance.now();
      const verdict = await judge(target, input, seed, number);
      const took = performance.now() - before;
      if (took > LIMIT_MS) throw new Broken(described(target, input, seed, number, `took ${took} ms`));
      slowestMs = Math.max(slowestMs, took);
      const counts = verdict === 'accepted' ? accepted : refused;
      counts.set(target.name, (counts.get(target.name) ?? 0) + 1);
      if (number < target.seeds.length && verdict !== 'accepted')
        throw new Broken(described(target, input, seed, number, 'a valid input is refused'));
      // Others on this machine, and the reporter of the tests, want to live too.
      if (++done % 2_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { inputs: done, accepted, refused, slowestMs };
}

async function judge(target: Target, input: Uint8Array, seed: number, number: number): Promise<Verdict> {
  try {
    const verdict = target.check(input);
    return typeof verdict === 'string' ? verdict : await verdict;
  } catch (cause) {
    throw new Broken(described(target, input, seed, number, String((cause as Error).message)), { cause });
  }
}

function described(target: Target, input: Uint8Array, seed: number, number: number, what: string): string {
  const shown = Buffer.from(input.subarray(0, 2_048)).toString('hex');
  return `${what}\nCARELEDGER_FUZZ_SEED=${seed} CARELEDGER_FUZZ_ONLY='${target.name}#${number}'\n${input.length} bytes: ${shown}${input.length > 2_048 ? '…' : ''}`;
}
