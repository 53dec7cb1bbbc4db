/** Validator sets: order, hash (CometBFT specification, "Data structures", ValidatorSet: Merkle root over `SimpleValidator`s), and what is wrong with one. */
import { sha256 } from '#sha256';
import { compareBytes, toHex } from '../../base/bytes.ts';
import { bytesField, embedded, integer, message } from './protobuf.ts';
import { MAX_TOTAL_POWER, MAX_VALIDATORS, type Validator } from './light-block.ts';
import { merkleRoot } from './merkle.ts';

/** 20 bytes: the start of the key's SHA-256. */
export const addressOf = (key: Uint8Array): Uint8Array => sha256(key).slice(0, 20);

export const totalPower = (validators: readonly Validator[]): number => validators.reduce((sum, { power }) => sum + power, 0);

/** More than two thirds. */
export const isQuorum = (power: number, total: number): boolean => power * 3 > total * 2;

/** In CometBFT's order: by power, the largest first, then by address. The order is part of the hash. */
export const inOrder = (validators: readonly Validator[]): readonly Validator[] =>
  validators
    .map((validator) => ({ validator, address: addressOf(validator.key) }))
    .toSorted((a, b) => b.validator.power - a.validator.power || compareBytes(a.address, b.address))
    .map(({ validator }) => validator);

/** Of a set in order; 32 bytes. */
export const validatorSetHash = (validators: readonly Validator[]): Uint8Array =>
  merkleRoot(validators.map(({ key, power }) => message(embedded(1, bytesField(1, key)), integer(2, power))));

/** Why this is no validator set; undefined when it is one. The order is the hash's to hold. */
export function validatorSetProblem(validators: readonly Validator[]): string | undefined {
  if (validators.length === 0 || validators.length > MAX_VALIDATORS) return `it has ${validators.length} validators, not 1 to ${MAX_VALIDATORS}`;
  if (!validators.every(({ key, power }) => key.length === 32 && Number.isSafeInteger(power) && power > 0))
    return 'a validator has no Ed25519 key or no power';
  if (new Set(validators.map(({ key }) => toHex(key))).size !== validators.length) return 'a validator is in it twice';
  return totalPower(validators) > MAX_TOTAL_POWER ? 'its power is too large' : undefined;
}
