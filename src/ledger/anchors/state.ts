/** The newest batch that each organisation has committed to: `anchors/<org>`. */
import { utf8 } from '../../base/bytes.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { commitment, counter, milliseconds, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';

export const anchorValue = defineValue({
  number: counter('Number of the organisation’s newest batch.'),
  commitment: commitment('Blinded commitment to that batch.'),
  height: counter('Height of the block that has the anchor.'),
  time: milliseconds('That block’s time (milliseconds since 1970).'),
});
export type AnchoredBatch = ValuesOf<typeof anchorValue.fields>;

export const anchorKey = (org: string): string => `anchors/${org}`;

/** The state key as `LedgerClient.get` takes it. */
export const anchorStateKey = (org: string): Uint8Array => utf8(anchorKey(org));

export const decodeAnchor = (bytes: Uint8Array): Result<AnchoredBatch> => anchorValue.decode(bytes);

export function readAnchor(state: StateView, org: string): AnchoredBatch | undefined {
  const bytes = state.get(anchorKey(org));
  return bytes && unwrap(anchorValue.decode(bytes));
}

export const writeAnchor = (state: StateDraft, org: string, batch: AnchoredBatch): void => state.put(anchorKey(org), anchorValue.encode(batch));
