/** Grants in the state: `grants/<hex of the random id>`. */
import { toHex, utf8 } from '../../base/bytes.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { commitment, counter, day, ed25519Key, milliseconds, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';

export const grantValue = defineValue({
  commitment: commitment('Commits to the grant’s terms.'),
  controlKey: ed25519Key('Closes the grant.'),
  expiryDay: day('Last day on which the grant holds.'),
  openedHeight: counter('Height at which it was opened.'),
  openedTime: milliseconds('That block’s time.'),
  closedHeight: counter('Height at which it was closed; 0: it is open.'),
  closedTime: milliseconds('That block’s time; 0: it is open.'),
});
export type Grant = ValuesOf<typeof grantValue.fields>;

const MILLISECONDS_A_DAY = 86_400_000n;

/** Days since 1970-01-01 UTC of a time in milliseconds since 1970. */
export const dayOf = (time: number): number => Number(BigInt(time) / MILLISECONDS_A_DAY);

/** Whether the grant holds at a time (milliseconds since 1970): neither closed nor past its last day. */
export const isGrantOpen = (grant: Grant, time: number): boolean => grant.closedHeight === 0 && dayOf(time) <= grant.expiryDay;

export const grantKey = (id: Uint8Array): string => `grants/${toHex(id)}`;

/** The state key as `LedgerClient.get` takes it. */
export const grantStateKey = (id: Uint8Array): Uint8Array => utf8(grantKey(id));

export const decodeGrant = (bytes: Uint8Array): Result<Grant> => grantValue.decode(bytes);

export function readGrant(state: StateView, id: Uint8Array): Grant | undefined {
  const bytes = state.get(grantKey(id));
  return bytes && unwrap(grantValue.decode(bytes));
}

export const writeGrant = (state: StateDraft, id: Uint8Array, grant: Grant): void => state.put(grantKey(id), grantValue.encode(grant));
