/**
 * The validators in the state: `validators/<org>` each, `validators` the organisations that are or were one, in order of their first time,
 * `consensus-keys/<hex of address>` whose a consensus key is or was. On an engine without validators they are recorded all the same.
 */
import { sha256 } from '#sha256';
import { toHex, utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { counter, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';
import { validatorFields } from './fields.ts';

export const validatorValue = defineValue({ ...validatorFields, since: counter('Height of its last change.') });
export type Validator = ValuesOf<typeof validatorValue.fields>;

export const consensusKeyValue = defineValue({
  org: validatorFields.org,
  key: validatorFields.key,
  since: counter('Height at which the key was first a validator’s.'),
});
export type ConsensusKey = ValuesOf<typeof consensusKeyValue.fields>;

const VALIDATOR_PREFIX = 'validators/';
const listKey = 'validators';
const validatorKey = (org: string): string => VALIDATOR_PREFIX + org;
const consensusKeyKey = (address: Uint8Array): string => `consensus-keys/${toHex(address)}`;

/** State keys as `LedgerClient.get` takes them. */
export const validatorStateKey = (org: string): Uint8Array => utf8(validatorKey(org));
export const validatorListStateKey: Uint8Array = utf8(listKey);

/** The organisation of a state key that holds a validator. */
export const orgOfValidatorKey = (key: string): string | undefined =>
  key.startsWith(VALIDATOR_PREFIX) ? key.slice(VALIDATOR_PREFIX.length) : undefined;

export const decodeValidator = (bytes: Uint8Array): Result<Validator> => validatorValue.decode(bytes);

/** Organisations that are or were validators, in order of their first time. */
export const decodeValidatorList = (bytes: Uint8Array | undefined): readonly string[] =>
  bytes === undefined ? [] : (unwrap(decodeCbor(bytes)) as readonly string[]);

/** The address of a consensus key, as the consensus names validators: the first 20 bytes of SHA-256(key). */
export const consensusAddress = (key: Uint8Array): Uint8Array => sha256(key).slice(0, 20);

export function readValidator(state: StateView, org: string): Validator | undefined {
  const bytes = state.get(validatorKey(org));
  return bytes && unwrap(validatorValue.decode(bytes));
}

/** All that have power, in order of their first time. */
export const activeValidators = (state: StateView): readonly Validator[] =>
  decodeValidatorList(state.get(listKey))
    .map((org) => readValidator(state, org)!)
    .filter(({ power }) => power > 0);

/** Whose an address is or was: the 32-byte consensus key behind it, for `Header.proposer`. */
export function consensusKeyAt(state: StateView, address: Uint8Array): ConsensusKey | undefined {
  const bytes = state.get(consensusKeyKey(address));
  return bytes && unwrap(consensusKeyValue.decode(bytes));
}

/** Writes the validator, its place in the list and whose its key is. What may be written: `change.ts`. */
export function writeValidator(state: StateDraft, validator: Validator): void {
  const { org, key, since } = validator;
  if (state.get(validatorKey(org)) === undefined) state.put(listKey, encodeCbor([...decodeValidatorList(state.get(listKey)), org]));
  state.put(validatorKey(org), validatorValue.encode(validator));
  const address = consensusAddress(key);
  if (!consensusKeyAt(state, address)) state.put(consensusKeyKey(address), consensusKeyValue.encode({ org, key, since }));
}
