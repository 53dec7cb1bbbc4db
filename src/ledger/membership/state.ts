/**
 * The members in the state: `members/<org>` each, `members` the list of ids, `electorate` how many are active, `signers/<hex of key>` whose
 * a signing key is or was. What happened to each: `history.ts`.
 */
import { toHex, utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../base/cbor.ts';
import { unwrap, type Result } from '../../base/result.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { counter, memberChoice, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';
import { memberFields } from './operations.ts';

export const memberValue = defineValue({
  ...memberFields,
  status: memberChoice(['active', 'suspended', 'left'], 'Whether its transactions are accepted.'),
  admittedHeight: counter('Height at which it was admitted.'),
  changedHeight: counter('Height of its last change.'),
});
export type Member = ValuesOf<typeof memberValue.fields>;

export const signerValue = defineValue({
  org: memberFields.org,
  since: counter('Height from which the key signs.'),
  until: counter('Height at which the key was replaced; 0: it still signs.'),
});

export const electorateValue = defineValue({ active: counter('Members that are active.') });

export const authorityValue = defineValue({
  key: { kind: 'bytes', class: 'key', min: 0, max: 32, about: 'The authority that the genesis names; empty: there is none.' },
});

export const memberKey = (org: string): string => `members/${org}`;
export const memberListKey = 'members';
const signerKey = (key: Uint8Array): string => `signers/${toHex(key)}`;
const authorityKey = 'authority';
const electorateKey = 'electorate';

/** State keys as `LedgerClient.get` takes them. */
export const memberStateKey = (org: string): Uint8Array => utf8(memberKey(org));
export const memberListStateKey: Uint8Array = utf8(memberListKey);
export const electorateStateKey: Uint8Array = utf8(electorateKey);

export const decodeMember = (bytes: Uint8Array): Result<Member> => memberValue.decode(bytes);

/** The ids of all members, in order of admission. */
export const decodeMemberList = (bytes: Uint8Array | undefined): readonly string[] =>
  bytes === undefined ? [] : (unwrap(decodeCbor(bytes)) as readonly string[]);

export function readMember(state: StateView, org: string): Member | undefined {
  const bytes = state.get(memberKey(org));
  return bytes && unwrap(memberValue.decode(bytes));
}

/** Writes the member and keeps count of those who are active. */
export function writeMember(state: StateDraft, member: Member): void {
  const wasActive = readMember(state, member.org)?.status === 'active';
  const isActive = member.status === 'active';
  if (wasActive !== isActive) state.put(electorateKey, electorateValue.encode({ active: activeMembers(state) + (isActive ? 1 : -1) }));
  state.put(memberKey(member.org), memberValue.encode(member));
}

export const activeMembers = (state: StateView): number => decodeElectorate(state.get(electorateKey));

export const decodeElectorate = (bytes: Uint8Array | undefined): number => (bytes === undefined ? 0 : unwrap(electorateValue.decode(bytes)).active);

export function addToMemberList(state: StateDraft, org: string): void {
  state.put(memberListKey, encodeCbor([...decodeMemberList(state.get(memberListKey)), org]));
}

export const isKnownSigner = (state: StateView, key: Uint8Array): boolean => state.get(signerKey(key)) !== undefined;

/** The member whose signing key this is now. */
export function memberOfSigner(state: StateView, key: Uint8Array): Member | undefined {
  const bytes = state.get(signerKey(key));
  if (!bytes) return undefined;
  const { org, until } = unwrap(signerValue.decode(bytes));
  return until === 0 ? readMember(state, org) : undefined;
}

export const startSigner = (state: StateDraft, key: Uint8Array, org: string, height: number): void =>
  state.put(signerKey(key), signerValue.encode({ org, since: height, until: 0 }));

export function endSigner(state: StateDraft, key: Uint8Array, height: number): void {
  const signer = unwrap(signerValue.decode(state.get(signerKey(key))!));
  state.put(signerKey(key), signerValue.encode({ ...signer, until: height }));
}

export function readAuthority(state: StateView): Uint8Array | undefined {
  const bytes = state.get(authorityKey);
  const key = bytes && unwrap(authorityValue.decode(bytes)).key;
  return key && key.length > 0 ? key : undefined;
}

export const writeAuthority = (state: StateDraft, key: Uint8Array): void => state.put(authorityKey, authorityValue.encode({ key }));
