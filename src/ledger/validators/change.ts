/** Changes of the validator set, with the limits that keep one change from stopping the network by accident. */
import { codedError } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';
import { acceptablePoint } from '../../base/ed25519-rule.ts';
import { ledgerErrors } from '../errors.ts';
import type { StateDraft } from '../module/rule.ts';
import type { ValuesOf } from '../schema/fields.ts';
import type { validatorFields } from './fields.ts';
import { activeValidators, consensusAddress, consensusKeyAt, readValidator, writeValidator } from './state.ts';

export type ValidatorChange = ValuesOf<typeof validatorFields>;

/** Validators with power at a time, at most. */
export const MAX_VALIDATORS = 100;
/** Far below what a consensus engine can add up: with every place taken the sum has 27 bits. */
export const MAX_POWER = 1_000_000;

/**
 * Gives a validator its key and power; power 0 takes its vote. Never the last one, never a key that is or was another's, never a single
 * validator with more power than all others together. `ledger.last-validator`, `ledger.key-in-use`, `ledger.validator-limit`,
 * `ledger.unknown-validator`.
 */
export function changeValidator(state: StateDraft, change: ValidatorChange, height: number): CodedError | undefined {
  const others = activeValidators(state).filter(({ org }) => org !== change.org);
  const refused = change.power === 0 ? refusedEnd(state, change, others.length) : refusedPower(state, change, others);
  if (refused) return refused;
  writeValidator(state, { ...change, since: height });
  return undefined;
}

/** For a member that leaves or is suspended: its validator, should it have one, loses its vote. `ledger.last-validator`. */
export function endValidator(state: StateDraft, org: string, height: number): CodedError | undefined {
  const validator = readValidator(state, org);
  return validator && validator.power > 0 ? changeValidator(state, { org, key: validator.key, power: 0 }, height) : undefined;
}

/** What a genesis starts with: all at once, so no limit depends on their order. */
export function startValidators(state: StateDraft, validators: readonly ValidatorChange[], height: number): CodedError | undefined {
  if (validators.length > MAX_VALIDATORS) return tooMany();
  for (const validator of validators) {
    if (validator.power < 1 || validator.power > MAX_POWER) return powerLimit(MAX_POWER);
    if (readValidator(state, validator.org)?.since === height)
      return codedError(ledgerErrors, 'ledger.validator-limit', { message: 'An organisation has one validator.', data: { org: validator.org } });
    const used = refusedKey(state, validator);
    if (used) return used;
    writeValidator(state, { ...validator, since: height });
  }
  return undefined;
}

function refusedEnd(state: StateDraft, { org, key }: ValidatorChange, others: number): CodedError | undefined {
  const present = readValidator(state, org);
  if (!present || present.power === 0) return codedError(ledgerErrors, 'ledger.unknown-validator', { data: { org } });
  if (others === 0) return codedError(ledgerErrors, 'ledger.last-validator', { data: { org } });
  return refusedKey(state, { org, key });
}

function refusedPower(state: StateDraft, change: ValidatorChange, others: readonly { readonly power: number }[]): CodedError | undefined {
  if (others.length >= MAX_VALIDATORS) return tooMany();
  const rest = others.reduce((sum, { power }) => sum + power, 0);
  const limit = rest === 0 ? MAX_POWER : Math.min(MAX_POWER, rest);
  return change.power > limit ? powerLimit(limit) : refusedKey(state, change);
}

/** A consensus key is one organisation's for ever: evidence against a validator names its key. */
function refusedKey(state: StateDraft, { org, key }: Pick<ValidatorChange, 'org' | 'key'>): CodedError | undefined {
  if (!acceptablePoint(key))
    return codedError(ledgerErrors, 'ledger.malformed', { message: 'The consensus key is not one that can sign (RFC 8032).', data: { org } });
  const owner = consensusKeyAt(state, consensusAddress(key))?.org;
  return owner === undefined || owner === org
    ? undefined
    : codedError(ledgerErrors, 'ledger.key-in-use', { message: 'The consensus key is or was another organisation’s.', data: { org } });
}

const tooMany = () => codedError(ledgerErrors, 'ledger.validator-limit', { message: `There are ${MAX_VALIDATORS} validators; there can’t be more.` });

const powerLimit = (limit: number) =>
  codedError(ledgerErrors, 'ledger.validator-limit', {
    message: `The power is not from 1 to ${limit}: no validator has more than all others together.`,
    data: { limit },
  });
