import { compareBytes, equalBytes } from '../../base/bytes.ts';
import type { StateView } from '../module/rule.ts';
import { orgOfValidatorKey, readValidator } from './state.ts';

/** What the consensus has to learn: a 32-byte Ed25519 key and its power from now on; 0: it is a validator no more. */
export interface ValidatorUpdate {
  readonly key: Uint8Array;
  readonly power: number;
}

/** What the writes of a block change in the set of keys that vote, ordered by key. Only keys that voted are ever ended. */
export function validatorUpdates(before: StateView, after: StateView, writtenKeys: Iterable<string>): readonly ValidatorUpdate[] {
  const updates: ValidatorUpdate[] = [];
  for (const written of writtenKeys) {
    const org = orgOfValidatorKey(written);
    if (org === undefined) continue;
    const was = readValidator(before, org) ?? { key: new Uint8Array(0), power: 0 };
    const is = readValidator(after, org)!;
    const sameKey = equalBytes(was.key, is.key);
    if (was.power > 0 && (!sameKey || is.power === 0)) updates.push({ key: was.key, power: 0 });
    if (is.power > 0 && !(sameKey && is.power === was.power)) updates.push({ key: is.key, power: is.power });
  }
  return updates.sort((a, b) => compareBytes(a.key, b.key));
}
