/** Who is in the network: the members as the ledger has them now. Answers are kept as long as the ledger's height stays. */
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { decodeMember, decodeMemberList, memberListStateKey, memberStateKey, type Member } from '../ledger/membership/state.ts';
import { networkErrors } from './errors.ts';

export interface Directory {
  /** Undefined: not a member. */
  member(organisation: string): Promise<Member | undefined>;
  /** In order of admission. */
  members(): Promise<readonly Member[]>;
  /** An active member, or `network.unknown-member`, `network.suspended`. */
  activeMember(organisation: string): Promise<Result<Member>>;
}

export function memberDirectory(ledger: Pick<LedgerClient, 'get' | 'head'>): Directory {
  let height = -1;
  let known = new Map<string, Member | undefined>();

  const member = async (organisation: string): Promise<Member | undefined> => {
    const head = ledger.head().height;
    if (head !== height) {
      height = head;
      known = new Map();
    }
    if (known.has(organisation)) return known.get(organisation);
    const bytes = await ledger.get(memberStateKey(organisation));
    const decoded = bytes && decodeMember(bytes);
    const found = decoded?.ok ? decoded.value : undefined;
    if (head === height) known.set(organisation, found);
    return found;
  };

  return {
    member,
    async members() {
      const ids = decodeMemberList(await ledger.get(memberListStateKey));
      const all = await Promise.all(ids.map(member));
      return all.filter((each) => each !== undefined);
    },
    async activeMember(organisation) {
      const found = await member(organisation);
      if (!found) return fail(codedError(networkErrors, 'network.unknown-member', { message: `${organisation} is not a member of this network.` }));
      if (found.status !== 'active')
        return fail(
          codedError(networkErrors, 'network.suspended', {
            message: found.status === 'left' ? `${found.name} has left the network.` : `The membership of ${found.name} is suspended.`,
          }),
        );
      return ok(found);
    },
  };
}
