/**
 * A second verifier, written from `docs/protocol/` alone: it shares no code with `src` and needs nothing but Node's own hashes and signatures. It
 * reads the vectors and says held, failed or incomplete. Run by `second-verifier.test.ts`, or: `node second-verifier.mjs`.
 */
import { createHash, createPublicKey, verify as nodeVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';

class Bad extends Error {}
const need = (holds, why) => {
  if (!holds) throw new Bad(why);
};
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const ascii = (text) => Buffer.from(text, 'latin1');
const byte = (value) => Buffer.from([value]);

// CBOR (receipts.md, Conventions)

function decodeCbor(bytes) {
  const reader = { bytes: Buffer.from(bytes), at: 0 };
  const value = item(reader, 0);
  need(reader.at === reader.bytes.length, 'bytes after the end');
  return value;
}

function item(reader, depth) {
  need(depth <= 32 && reader.at < reader.bytes.length, 'cut off or too deep');
  const first = reader.bytes[reader.at++];
  const major = first >> 5;
  const argument = argumentOf(reader, first & 31);
  if (major === 0) return argument;
  if (major === 1) return -1 - argument;
  if (major === 2 || major === 3) {
    need(reader.at + argument <= reader.bytes.length, 'cut off');
    const part = reader.bytes.subarray(reader.at, (reader.at += argument));
    if (major === 2) return part;
    const text = part.toString('utf8');
    need(Buffer.from(text, 'utf8').equals(part) && !text.startsWith('\ufeff'), 'not text');
    return text;
  }
  if (major === 4) return Array.from({ length: need(argument <= reader.bytes.length, 'too long') ?? argument }, () => item(reader, depth + 1));
  if (major === 5) {
    const map = new Map();
    let before;
    for (let i = 0; i < argument; i++) {
      const from = reader.at;
      const key = item(reader, depth + 1);
      const encoded = reader.bytes.subarray(from, reader.at);
      need(typeof key === 'string' || Number.isSafeInteger(key), 'a key that is no text');
      need(before === undefined || Buffer.compare(before, encoded) < 0, 'keys out of order');
      before = encoded;
      map.set(key, item(reader, depth + 1));
    }
    return map;
  }
  if (major === 6) {
    need(argument === 18, 'another tag');
    return { tag: 18, value: item(reader, depth + 1) };
  }
  need(argument >= 20 && argument <= 22 && (first & 31) < 24, 'another simple value');
  return [false, true, null][argument - 20];
}

function argumentOf(reader, short) {
  if (short < 24) return short;
  need(short < 28, 'indefinite length');
  const width = 1 << (short - 24);
  need(reader.at + width <= reader.bytes.length, 'cut off');
  let value = 0n;
  for (let i = 0; i < width; i++) value = value * 256n + BigInt(reader.bytes[reader.at++]);
  need(value <= BigInt(Number.MAX_SAFE_INTEGER), 'too large');
  need(value >= [24n, 256n, 65536n, 4294967296n][short - 24], 'not the shortest form');
  return Number(value);
}

const isBytes = (value, ...lengths) => Buffer.isBuffer(value) && lengths.includes(value.length);
const isUint = (value) => Number.isSafeInteger(value) && value >= 0;
const isList = (value, length) => Array.isArray(value) && value.length === length;
function fields(map, ...names) {
  need(map instanceof Map && map.size === names.length && names.every((name) => map.has(name)), 'other fields');
  return Object.fromEntries(map);
}

// Ed25519 (receipts.md, Conventions)

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const number = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
const power = (base, exponent) => {
  let result = 1n;
  for (let b = base % P, e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
};
const D = (((-121665n * power(121666n, P - 2n)) % P) + P) % P;

/** Canonical, and not one of the points of small order: eight times it is not the neutral point, that is, its double's double's x or y is not special. */
function acceptable(encoded) {
  const y = number(encoded) & (2n ** 255n - 1n);
  if (y >= P) return false;
  // x² = (y² − 1) / (d·y² + 1); orders 1, 2 and 4 have x or y zero or y = ±1; order 8 has x² = y² up to sign: y⁴·d = −1 or so. Told by doubling.
  const square = (((y * y - 1n + P) % P) * power((D * y * y + 1n) % P, P - 2n)) % P;
  let [x2, y2] = [square, (y * y) % P];
  for (let doubling = 0; doubling < 3; doubling++) {
    // Of a point and its double only x² and y² matter: x' = 2xy / (1 + d·x²y²), y' = (y² + x²) / (1 − d·x²y²).
    const product = (D * x2 * y2) % P;
    const nextX2 = (4n * x2 * y2 * power((1n + product) % P, P - 3n)) % P;
    const sum = (x2 + y2) % P;
    const nextY2 = (sum * sum * power((1n - product + P) % P, P - 3n)) % P;
    [x2, y2] = [((nextX2 % P) + P) % P, ((nextY2 % P) + P) % P];
  }
  return !(x2 === 0n && y2 === 1n);
}

export function signed(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64 || number(signature.subarray(32)) >= L) return false;
  if (!acceptable(key) || !acceptable(signature.subarray(0, 32))) return false;
  try {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
    return nodeVerify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

// Merkle trees (merkle-log.md, state.md, light-client.md)

const leafOf = (data) => sha256(byte(0), data);
const nodeOf = (left, right) => sha256(byte(1), left, right);

/** RFC 9162 §2.1.3.2. */
function rootOf(leaf, index, size, path) {
  need(isUint(index) && index < size, 'no such leaf');
  let [fn, sn, hash] = [BigInt(index), BigInt(size - 1), leaf];
  for (const sibling of path) {
    need(sn !== 0n, 'the path is too long');
    if (fn & 1n || fn === sn) {
      hash = nodeOf(sibling, hash);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else hash = nodeOf(hash, sibling);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  need(sn === 0n, 'the path is too short');
  return hash;
}

const splitAt = (count) => 2 ** Math.ceil(Math.log2(count) - 1);
const listRoot = (hashes) =>
  hashes.length === 1 ? hashes[0] : nodeOf(listRoot(hashes.slice(0, splitAt(hashes.length))), listRoot(hashes.slice(splitAt(hashes.length))));

// Header and attestation (receipts.md, trust.md)

const CHAIN_ID = /^[a-z0-9][a-z0-9.-]{0,63}$/;

function headerOf(bytes) {
  const names = ['v', 'chainId', 'height', 'time', 'previousHash', 'txRoot', 'txCount', 'logSize', 'logRoot', 'stateRoot', 'proposer'];
  const list = decodeCbor(bytes);
  need(isList(list, names.length), 'not a header');
  const header = Object.fromEntries(names.map((name, at) => [name, list[at]]));
  need(header.v === 1 && CHAIN_ID.test(header.chainId), 'not a header');
  need(
    ['height', 'time', 'txCount', 'logSize'].every((name) => isUint(header[name])),
    'not a header',
  );
  need(
    ['previousHash', 'txRoot', 'logRoot', 'stateRoot', 'proposer'].every((name) => isBytes(header[name], 32)),
    'not a header',
  );
  return { ...header, hash: sha256(ascii('careledger/header/1'), bytes) };
}

function attestationOf(bytes) {
  const [kind, ...items] = need(bytes.length <= 12_288, 'too large') ?? decodeCbor(bytes);
  if (kind === 1) return need(items.length === 1 && isBytes(items[0], 64), 'not an attestation') ?? { kind: 'node', signature: items[0] };
  need(kind === 2 && items.length === 9, 'not an attestation');
  const [height, round, partCount, partHash, hint, next, siblings, seconds, rows] = items;
  need(isUint(height) && height > 0 && isUint(round) && isUint(partCount) && isBytes(partHash, 32), 'not an attestation');
  need(isBytes(hint, 4) && isBytes(next, 0, 32) && isBytes(siblings, 192) && isUint(seconds), 'not an attestation');
  need(Array.isArray(rows) && rows.length > 0 && rows.length <= 128 && rows.every((row) => isList(row, 3)), 'not an attestation');
  let before = -1;
  for (const [validator, nanoseconds, signature] of rows) {
    need(isUint(validator) && validator > before && isUint(nanoseconds) && isBytes(signature, 64), 'not a vote');
    before = validator;
  }
  need(Math.min(...rows.map((row) => row[1])) < 1e9, 'another form of the times');
  return { kind: 'validators', height, round, partCount, partHash, hint, next, siblings, seconds, rows };
}

/** Varint, and protobuf fields of light-client.md. */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
const message = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const bytesField = (field, value) => (value.length === 0 ? Buffer.alloc(0) : message(field, value));
const integer = (field, value) => (value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(field * 8), varint(value)]));
function fixed64(field, value) {
  if (value === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}

const validatorsHash = (set) =>
  listRoot(set.map(({ key, power: voting }) => leafOf(Buffer.concat([message(1, message(1, Buffer.from(key, 'hex'))), integer(2, voting)]))));

function signBytes(chainId, { height, round, partCount, partHash }, blockHash, time) {
  const parts = Buffer.concat([integer(1, partCount), bytesField(2, partHash)]);
  const vote = Buffer.concat([
    integer(1, 2),
    fixed64(2, height),
    fixed64(3, round),
    message(4, Buffer.concat([message(1, blockHash), message(2, parts)])),
    message(5, Buffer.concat([integer(1, time.seconds), integer(2, time.nanos)])),
    message(6, ascii(chainId)),
  ]);
  return Buffer.concat([varint(vote.length), vote]);
}

/** held, failed or unchecked; throws nothing. */
function attested(header, attestation, trust) {
  const believed = trust && trustFor(trust, header);
  if (attestation.kind === 'node') {
    if (!signed(header.proposer, Buffer.concat([ascii('careledger/block/1'), header.hash]), attestation.signature)) return 'failed';
    if (!trust) return 'unchecked';
    return believed?.nodeKey === header.proposer.toString('hex') ? 'held' : 'failed';
  }
  if (!trust) return 'unchecked';
  if (!believed?.validators) return 'failed';
  const at = believed.validators.findLastIndex(({ from }) => from <= attestation.height);
  if (at < 0) return 'unchecked';
  const { validators: set } = believed.validators[at];
  const hash = validatorsHash(set);
  if (!hash.subarray(0, 4).equals(attestation.hint)) return at === believed.validators.length - 1 ? 'unchecked' : 'failed';
  if (attestation.next.equals(hash)) return 'failed';
  const shown = (value) => leafOf(Buffer.concat([Buffer.from([0x0a, 0x20]), value]));
  const s = Array.from({ length: 6 }, (_, i) => attestation.siblings.subarray(32 * i, 32 * i + 32));
  const [l7, l8] = [shown(hash), shown(attestation.next.length === 0 ? hash : attestation.next)];
  const l10 = shown(sha256(ascii('careledger/app/1'), header.hash));
  const root = nodeOf(nodeOf(s[0], nodeOf(s[1], nodeOf(s[2], l7))), nodeOf(nodeOf(nodeOf(l8, s[3]), nodeOf(l10, s[4])), s[5]));
  let voted = 0;
  for (const [validator, nanoseconds, signature] of attestation.rows) {
    if (!set[validator]) return 'failed';
    const time = { seconds: attestation.seconds + Math.floor(nanoseconds / 1e9), nanos: nanoseconds % 1e9 };
    if (!signed(Buffer.from(set[validator].key, 'hex'), signBytes(header.chainId, attestation, root, time), signature)) return 'failed';
    voted += set[validator].power;
  }
  return 3 * voted > 2 * set.reduce((sum, one) => sum + one.power, 0) ? 'held' : 'failed';
}

function trustFor(trust, { chainId, height }) {
  if (trust.chainId === chainId) return trust;
  for (let before = trust.previous, last = Infinity; before; before = before.trust.previous) {
    last = Math.min(last, before.lastHeight);
    if (before.trust.chainId === chainId) return height <= last ? before.trust : undefined;
  }
  return undefined;
}

// Receipts (receipts.md)

const verdict = (...states) => (states.includes('failed') ? 'failed' : states.includes('unchecked') ? 'incomplete' : 'held');
/** What throws does not hold. */
function judged(check) {
  try {
    return check();
  } catch (cause) {
    if (cause instanceof Bad || cause instanceof TypeError) return 'failed';
    throw cause;
  }
}

function inclusionOf(bytes) {
  const decoded = decodeCbor(bytes);
  need(decoded?.tag === 18 && isList(decoded.value, 4), 'not a COSE_Sign1');
  const [protectedHeader, unprotected, payload, signature] = decoded.value;
  need(Buffer.isBuffer(protectedHeader) && protectedHeader.toString('hex') === 'a2013219018b01' && payload === null, 'another COSE receipt');
  need(isBytes(signature, 64) && unprotected instanceof Map && unprotected.size === 1, 'another COSE receipt');
  const proofs = unprotected.get(396);
  need(proofs instanceof Map && proofs.size === 1 && isList(proofs.get(-1), 1) && Buffer.isBuffer(proofs.get(-1)[0]), 'not one proof');
  const proof = decodeCbor(proofs.get(-1)[0]);
  need(isList(proof, 3) && isUint(proof[0]) && isUint(proof[1]) && proof[1] < proof[0], 'not an inclusion proof');
  need(Array.isArray(proof[2]) && proof[2].length <= 54 && proof[2].every((hash) => isBytes(hash, 32)), 'not a path');
  return { signature, size: proof[0], index: proof[1], path: proof[2] };
}

export function ledgerReceipt(bytes, transactionHash, trust) {
  return judged(() => {
    const list = decodeCbor(need(bytes.length <= 16_384, 'too large') ?? bytes);
    need(isList(list, 5) && list[0] === 1 && list.slice(1).every((part) => Buffer.isBuffer(part)), 'not a ledger receipt');
    const [cose, header, attestation] = [inclusionOf(list[1]), headerOf(list[2]), attestationOf(list[3])];
    const issuer = list[4];
    need(isBytes(issuer, 0, 32) && !issuer.equals(header.proposer), 'another issuer');
    const signer = issuer.length === 0 ? header.proposer : issuer;
    need(cose.size === header.logSize, 'another size');
    need(rootOf(leafOf(transactionHash), cose.index, cose.size, cose.path).equals(header.logRoot), 'another root');
    const structure = Buffer.concat([Buffer.from('846a5369676e61747572653147a2013219018b01405820', 'hex'), header.logRoot]);
    return verdict(signed(signer, structure, cose.signature) ? 'held' : 'failed', attested(header, attestation, trust));
  });
}

// State receipts (receipts.md, state.md)

const bit = (path, at) => (path[at >> 3] >> (7 - (at & 7))) & 1;
const EMPTY = Buffer.alloc(32);

function stateRoot(key, value, { siblings, other }) {
  const path = sha256(key);
  let hash = EMPTY;
  if (value !== null) {
    need(other === null, 'another key in a proof of presence');
    hash = sha256(byte(0), path, sha256(value));
  } else if (other !== null) {
    need(!other[0].equals(path) && siblings.every((_, at) => bit(other[0], at) === bit(path, at)), 'another place');
    hash = sha256(byte(0), other[0], other[1]);
  }
  for (let at = siblings.length - 1; at >= 0; at--) {
    const sibling = siblings[at].length === 0 ? EMPTY : siblings[at];
    hash = bit(path, at) ? nodeOf(sibling, hash) : nodeOf(hash, sibling);
  }
  return hash;
}

export function stateReceipt(bytes, trust) {
  return judged(() => {
    const { type, key, value, proof } = fields(decodeCbor(bytes), 'type', 'key', 'value', 'proof');
    need(type === 'careledger/state-receipt/1' && Buffer.isBuffer(key) && (value === null || Buffer.isBuffer(value)), 'not a state receipt');
    const parts = fields(decodeCbor(proof), 'v', 'header', 'attestation', 'tree');
    const tree = fields(decodeCbor(parts.tree), 'v', 'siblings', 'other');
    need(parts.v === 1 && tree.v === 1 && Array.isArray(tree.siblings) && tree.siblings.length <= 256, 'not a state proof');
    need(
      tree.siblings.every((sibling) => isBytes(sibling, 0, 32)),
      'not a sibling',
    );
    need(tree.other === null || (isList(tree.other, 2) && tree.other.every((part) => isBytes(part, 32))), 'not another leaf');
    const header = headerOf(parts.header);
    need(stateRoot(key, value, tree).equals(header.stateRoot), 'another root');
    return verdict(attested(header, attestationOf(parts.attestation), trust));
  });
}

export const vectorsOf = (kind) => JSON.parse(readFileSync(new URL(`../vectors/attestation/${kind}.json`, import.meta.url), 'utf8'));
export const verdictOf = (kind, { bytes, transactionHash, trust }) =>
  kind === 'ledger-receipts'
    ? ledgerReceipt(Buffer.from(bytes, 'hex'), Buffer.from(transactionHash, 'hex'), trust)
    : stateReceipt(Buffer.from(bytes, 'hex'), trust);

if (import.meta.main) {
  for (const kind of ['ledger-receipts', 'state-receipts']) {
    for (const vector of vectorsOf(kind)) {
      const found = verdictOf(kind, vector);
      console.log(`${found === vector.expected.verdict ? 'same ' : 'OTHER'} ${kind}: ${vector.name}: ${found}`);
    }
  }
}
