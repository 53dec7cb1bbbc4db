/**
 * The edge cases of Ed25519 on which libraries are known to differ (RFC 8032; ZIP 215; the study of EdDSA libraries by Chalkias, Garillot
 * and Nikolaenko, 2020), each as a key and a way to sign any message with it. A signer that holds the secret can make all of them.
 */
import { add, BASE, bytesOf, encode, encodeAs, hashNumber, L, numberOf, P, times, TORSION, type Equation } from './curve.ts';

export interface EdgeCase {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** What holds of S·B = R + h·A, where that does not depend on the message. */
  readonly equation?: Equation;
  /** What the network's rule says (`src/base/ed25519-rule.ts`). */
  readonly accepted: boolean;
}

const text = new TextEncoder();
const join = (a: Uint8Array, b: Uint8Array): Uint8Array => Uint8Array.from([...a, ...b]);
const secret = (label: string): bigint => hashNumber(text.encode(`secret scalar ${label}`)) % L;
const torsion = (i: number) => times(BigInt(i), TORSION);

/** Encodings of the points of small order: canonical, with y + p where it fits, with a sign on x = 0. 14 of them, 6 not canonical. */
export const smallOrder = (() => {
  const canonical = Array.from({ length: 8 }, (_, i) => ({ order: 8 / gcd(i, 8), i, bytes: encode(torsion(i)), isCanonical: true }));
  const others = canonical.flatMap(({ i, order, bytes }) => {
    const y = numberOf(bytes) & (2n ** 255n - 1n);
    const isXZero = order <= 2;
    return [y, y + P].flatMap((value) =>
      ([0, 1] as const)
        .map((sign) => ({ order, i, bytes: encodeAs(value, sign), isCanonical: false, sign }))
        .filter(
          (other) => value < 2n ** 255n && (isXZero || other.sign === bytes[31]! >> 7) && !canonical.some((one) => same(one.bytes, other.bytes)),
        ),
    );
  });
  return [...canonical, ...others];
})();

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

interface Recipe {
  /** Secret scalar; 0 leaves only the part of small order. */
  readonly a?: bigint;
  /** Multiple of the torsion point in the key, and in R. */
  readonly i?: number;
  readonly j?: number;
  readonly keyBytes?: Uint8Array;
  /** Prefix of the hash, as the variants of the scheme have it (RFC 8032 §2). */
  readonly prefix?: Uint8Array;
  readonly nonce?: bigint;
  /** Chooses among nonces: j + h·i mod 8 with h reduced, with h as it is, and with h over the key's canonical bytes. */
  readonly choose?: (off: { readonly reduced: number; readonly whole: number; readonly canonical: number }) => boolean;
}

/** R = r·B + j·T, S = r + h·a: the equation is off by (j + h·i)·T, so it holds exactly where that is a multiple of 8. */
function recipe({ a = secret('A'), i = 0, j = 0, keyBytes, prefix = new Uint8Array(0), nonce, choose = () => true }: Recipe) {
  const A = add(times(a, BASE), torsion(i));
  const publicKey = keyBytes ?? encode(A);
  const sign = (message: Uint8Array): Uint8Array => {
    for (let attempt = 0; ; attempt++) {
      const r = nonce ?? hashNumber(text.encode(`nonce ${attempt}`), message) % L;
      const R = encode(add(times(r, BASE), torsion(j)));
      const h = hashNumber(prefix, R, publicKey, message);
      const off = (value: bigint): number => Number((BigInt(j) + value * BigInt(i)) % 8n);
      const candidates = { reduced: off(h % L), whole: off(h), canonical: off(hashNumber(prefix, R, encode(A), message) % L) };
      if (choose(candidates)) return join(R, bytesOf((r + (h % L) * a) % L));
      // A fixed R has one hash for each message: whoever asks for more must not fix it.
      if (nonce !== undefined || attempt > 10_000) throw new RangeError('no signature of this kind for this message');
    }
  };
  return { publicKey, sign };
}

const exact = { choose: ({ reduced }: { reduced: number }) => reduced === 0 };
const cofactoredOnly = { choose: ({ reduced, whole }: { reduced: number; whole: number }) => reduced !== 0 && whole !== 0 };

function honest(): EdgeCase[] {
  const valid = { equation: 'exact', accepted: true } as const;
  const scalars: Record<string, bigint> = { 'a key': secret('A'), 'the base point as key': 1n, 'its negative as key': L - 1n, 'a small scalar': 2n };
  const cases: EdgeCase[] = Object.entries(scalars).map(([name, a]) => ({ name, ...recipe({ a }), ...valid }));
  cases.push({ name: 'R is the base point', ...recipe({ nonce: 1n }), ...valid });
  // Sign bits of key and R, in all four ways.
  for (const keySign of [0, 1])
    for (const rSign of [0, 1]) {
      let number = 0;
      while (encode(times(secret(`sign ${number}`), BASE))[31]! >> 7 !== keySign) number++;
      const { publicKey } = recipe({ a: secret(`sign ${number}`) });
      const sign = (message: Uint8Array): Uint8Array => {
        for (let attempt = 1n; ; attempt++) {
          const signature = recipe({ a: secret(`sign ${number}`), nonce: (hashNumber(message) + attempt) % L }).sign(message);
          if (signature[31]! >> 7 === rSign) return signature;
        }
      };
      cases.push({ name: `sign of the key ${keySign}, of R ${rSign}`, publicKey, sign, ...valid });
    }
  return cases;
}

/** Key or R, or both, with a part of small order: mixed order where there is another part too. */
function mixed(): EdgeCase[] {
  const cases: EdgeCase[] = [];
  for (const i of [1, 2, 4, 7]) {
    for (const j of [0, 1, 2, 4]) {
      const name = `key + ${i}·T, R + ${j}·T`;
      // Where i leaves too few residues, no h makes up for j.
      if (j % gcd(i, 8) === 0) cases.push({ name: `${name}, exact`, ...recipe({ i, j, ...exact }), equation: 'exact', accepted: true });
      cases.push({ name: `${name}, only times eight`, ...recipe({ i, j, ...cofactoredOnly }), equation: 'cofactored', accepted: false });
    }
    const onlyReduced = { choose: ({ reduced, whole }: { reduced: number; whole: number }) => reduced === 0 && whole !== 0 };
    const onlyWhole = { choose: ({ reduced, whole }: { reduced: number; whole: number }) => reduced !== 0 && whole === 0 };
    cases.push({ name: `key + ${i}·T, exact with h reduced only`, ...recipe({ i, ...onlyReduced }), equation: 'exact', accepted: true });
    cases.push({ name: `key + ${i}·T, exact with h as it is only`, ...recipe({ i, ...onlyWhole }), equation: 'cofactored', accepted: false });
  }
  for (const j of [1, 2, 4, 7]) cases.push({ name: `R + ${j}·T`, ...recipe({ j }), equation: 'cofactored', accepted: false });
  return cases;
}

function small(): EdgeCase[] {
  const cases: EdgeCase[] = [];
  for (const { i, order, bytes, isCanonical } of smallOrder) {
    const what = `of order ${order}, ${isCanonical ? 'canonical' : 'not canonical'}, ${Buffer.from(bytes).toString('hex').slice(0, 4)}…${(bytes[31]! >> 7).toString()}`;
    const key = { a: 0n, i, keyBytes: bytes };
    cases.push({ name: `key ${what}`, ...recipe({ ...key, ...exact }), equation: 'exact', accepted: false });
    if (order > 1)
      cases.push({ name: `key ${what}, only times eight`, ...recipe({ ...key, ...cofactoredOnly }), equation: 'cofactored', accepted: false });
    if (!isCanonical && order > 2) {
      const asSent = { choose: ({ reduced, canonical }: { reduced: number; canonical: number }) => reduced === 0 && canonical !== 0 };
      const reEncoded = { choose: ({ reduced, canonical }: { reduced: number; canonical: number }) => reduced !== 0 && canonical === 0 };
      cases.push({ name: `key ${what}, hashed as sent`, ...recipe({ ...key, ...asSent }), equation: 'exact', accepted: false });
      cases.push({ name: `key ${what}, hashed in its canonical form`, ...recipe({ ...key, ...reEncoded }), equation: 'cofactored', accepted: false });
    }
    const a = secret('A');
    const sign = (message: Uint8Array): Uint8Array => join(bytes, bytesOf(((hashNumber(bytes, encode(times(a, BASE)), message) % L) * a) % L));
    cases.push({ name: `R ${what}`, publicKey: encode(times(a, BASE)), sign, equation: order === 1 ? 'exact' : 'cofactored', accepted: false });
    cases.push({ name: `key and R ${what}, S = 0`, publicKey: bytes, sign: () => join(bytes, bytesOf(0n)), accepted: false });
  }
  return cases;
}

function scalars(): EdgeCase[] {
  const { publicKey, sign } = recipe({});
  const withS = (of: (s: bigint) => bigint) => (message: Uint8Array) => {
    const signature = sign(message);
    return join(signature.subarray(0, 32), bytesOf(of(numberOf(signature.subarray(32)))));
  };
  const more = [1n, 2n, 3n, 4n, 7n, 8n, 14n].map((k): EdgeCase => ({
    name: `S + ${k}·L`,
    publicKey,
    sign: withS((s) => s + k * L),
    equation: 'exact',
    accepted: false,
  }));
  const fixed: Record<string, bigint> = {
    '0': 0n,
    '1': 1n,
    'L − 1': L - 1n,
    L,
    'L + 1': L + 1n,
    '2^252': 2n ** 252n,
    '2^253 − 1': 2n ** 253n - 1n,
    '2^255': 2n ** 255n,
    '2^256 − 1': 2n ** 256n - 1n,
  };
  const other = Object.entries(fixed).map(([name, s]): EdgeCase => ({
    name: `S = ${name}`,
    publicKey,
    sign: withS(() => s),
    equation: 'none',
    accepted: false,
  }));
  return [...more, ...other, { name: 'S negated', publicKey, sign: withS((s) => L - s), equation: 'none', accepted: false }];
}

/** What is no signature of the key at all. */
function wrong(): EdgeCase[] {
  const { publicKey, sign } = recipe({});
  const none = { equation: 'none', accepted: false } as const;
  const changed = (name: string, change: (signature: Uint8Array) => Uint8Array): EdgeCase => ({
    name,
    publicKey,
    sign: (message) => change(sign(message)),
    ...none,
  });
  const cases: EdgeCase[] = [
    changed('sign of R flipped', (signature) => signature.with(31, signature[31]! ^ 0x80)),
    changed('R and S swapped', (signature) => join(signature.subarray(32), signature.subarray(0, 32))),
    changed('all zero', () => new Uint8Array(64)),
    changed('all ones', () => new Uint8Array(64).fill(255)),
    changed('R negated', (signature) =>
      join(signature.subarray(0, 32).with(31, signature[31]! ^ 0x80), bytesOf(L - numberOf(signature.subarray(32)))),
    ),
    changed('R not on the curve', (signature) => join(encodeAs(2n, 0), signature.subarray(32))),
    { name: 'sign of the key flipped', publicKey: publicKey.with(31, publicKey[31]! ^ 0x80), sign, ...none },
    { name: 'key not on the curve', publicKey: encodeAs(2n, 0), sign, ...none },
    { name: 'another message', publicKey, sign: (message) => sign(join(message, text.encode(' and more'))), ...none },
  ];
  const domain = (flag: number, context: string): Uint8Array =>
    Uint8Array.from([...text.encode('SigEd25519 no Ed25519 collisions'), flag, context.length, ...text.encode(context)]);
  cases.push({ name: 'Ed25519ctx', ...recipe({ prefix: domain(0, 'careledger') }), ...none });
  cases.push({ name: 'Ed25519ph', ...recipe({ prefix: domain(1, '') }), ...none });
  // y from p to 2^255 − 1 beyond the points of small order: whoever sends them can't know a signature, and they are refused unseen.
  for (let over = 0n; over < 19n; over++)
    for (const sign_ of [0, 1] as const) {
      const bytes = encodeAs(P + over, sign_);
      if (smallOrder.some((one) => same(one.bytes, bytes))) continue;
      cases.push({ name: `key p + ${over}, sign ${sign_}`, publicKey: bytes, sign, ...none });
      cases.push(changed(`R p + ${over}, sign ${sign_}`, (signature) => join(bytes, signature.subarray(32))));
    }
  return cases;
}

export const edgeCases = (): readonly EdgeCase[] => [...honest(), ...mixed(), ...small(), ...scalars(), ...wrong()];
