/** A stored share as the portal shows it. */
import type { Share } from '../../contract/portal.ts';
import { shareState, type StoredShare } from '../../sharing/custodian/share-book.ts';
import { dateOf, untilOf } from '../../sharing/messages/share-terms.ts';
import { shareSentence } from '../../sharing/words.ts';
import type { Desk } from './desk.ts';

export async function shareOf(desk: Desk, ref: string, share: StoredShare): Promise<Share> {
  const { terms, grant, sequence } = share;
  const organisation = await desk.organisation(terms.grantee);
  const state = shareState(share, desk.deps.now());
  const stopped = grant.closedHeight === 0 ? undefined : { time: new Date(grant.closedTime).toISOString(), height: grant.closedHeight };
  const { purpose, categories, includeSensitive } = terms;
  return {
    grantId: terms.grantId,
    sentence: shareSentence(
      { organisation: organisation.name, purpose, categories, includeSensitive, until: untilOf(terms) },
      state,
      stopped === undefined ? undefined : grant.closedTime,
    ),
    organisation,
    purpose,
    categories,
    includeSensitive,
    since: new Date(terms.since).toISOString(),
    until: dateOf(terms.lastDay),
    state,
    ...(stopped === undefined ? {} : { stopped }),
    opened: { time: new Date(grant.openedTime).toISOString(), height: grant.openedHeight },
    proof: await desk.eventProof(ref, sequence),
  };
}
