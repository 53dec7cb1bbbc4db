/** What happened to a member, newest last: `member-history/<org>`, a CBOR list of at most 64 events. Earlier ones are in the transactions. */
import { utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { unwrap } from '../../base/result.ts';
import type { BlockContext, StateDraft } from '../module/rule.ts';
import { code, counter, ed25519Key, milliseconds, type ValuesOf } from '../schema/fields.ts';

export const memberEventFields = {
  event: code(['admitted', 'keys-rotated', 'suspended', 'reinstated', 'left'], 'What happened.'),
  height: counter('Height of the block.'),
  time: milliseconds('That block’s time (milliseconds since 1970).'),
  signingKey: ed25519Key('The signing key from then on.'),
} as const;
export type MemberEvent = ValuesOf<typeof memberEventFields>;

const KEPT_EVENTS = 64;

const historyKey = (org: string): string => `member-history/${org}`;

/** The state key as `LedgerClient.get` takes it. */
export const memberHistoryStateKey = (org: string): Uint8Array => utf8(historyKey(org));

export const decodeMemberHistory = (bytes: Uint8Array | undefined): readonly MemberEvent[] =>
  bytes === undefined ? [] : (unwrap(decodeCbor(bytes)) as readonly MemberEvent[]);

export function noteEvent(
  state: StateDraft,
  member: { readonly org: string; readonly signingKey: Uint8Array },
  event: MemberEvent['event'],
  { height, time }: Pick<BlockContext, 'height' | 'time'>,
): void {
  const key = historyKey(member.org);
  const entry: MemberEvent = { event, height, time, signingKey: member.signingKey };
  const events = [...decodeMemberHistory(state.get(key)), entry].slice(-KEPT_EVENTS);
  state.put(key, encodeCbor(events as unknown as Cbor));
}
