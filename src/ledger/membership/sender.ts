import { equalBytes } from '../../base/bytes.ts';
import type { Sender, StateView } from '../module/rule.ts';
import { memberOfSigner, readAuthority } from './state.ts';

/** Who a sender key belongs to at this moment; undefined: nobody who may send transactions. */
export function senderOf(state: StateView, key: Uint8Array): Sender | undefined {
  const member = memberOfSigner(state, key);
  if (member) return member.status === 'active' ? { kind: 'member', org: member.org, isRegulator: member.kind === 'regulator' } : undefined;
  const authority = readAuthority(state);
  return authority && equalBytes(authority, key) ? { kind: 'authority' } : undefined;
}

/** Whether a state key is one that `senderOf` reads. */
export const decidesSenders = (key: string): boolean => key.startsWith('members/') || key.startsWith('signers/') || key === 'authority';
