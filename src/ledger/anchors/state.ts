/** The newest anchored head of each organisation's log: `anchors/<org>`. */
import { utf8 } from '../../base/bytes.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { commitment, counter, milliseconds, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';

export const anchorValue = defineValue({
  size: counter('Entries in the organisation’s log.'),
  root: commitment('Root of the log at this size.'),
  height: counter('Height of the block that has the anchor.'),
  time: milliseconds('That block’s time (milliseconds since 1970).'),
});
export type AnchoredHead = ValuesOf<typeof anchorValue.fields>;

export const anchorKey = (org: string): string => `anchors/${org}`;

/** The state key as `LedgerClient.get` takes it. */
export const anchorStateKey = (org: string): Uint8Array => utf8(anchorKey(org));

export const decodeAnchor = (bytes: Uint8Array): Result<AnchoredHead> => anchorValue.decode(bytes);

export function readAnchor(state: StateView, org: string): AnchoredHead | undefined {
  const bytes = state.get(anchorKey(org));
  return bytes && unwrap(anchorValue.decode(bytes));
}

export const writeAnchor = (state: StateDraft, org: string, head: AnchoredHead): void => state.put(anchorKey(org), anchorValue.encode(head));
