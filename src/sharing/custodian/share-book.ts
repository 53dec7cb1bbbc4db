/** Shares of this organisation's patients: the consent events joined with what the ledger says about their grants. */
import type { ShareFact } from '../../access/facts.ts';
import { fromHex } from '../../base/bytes.ts';
import type { Grant } from '../../ledger/grants/state.ts';
import type { RecordReader } from '../../records/ports.ts';
import { typesOf } from '../categories.ts';
import type { GrantLedger } from '../grant-ledger.ts';
import { commitsTo, untilOf, type ShareTerms } from '../messages/share-terms.ts';
import { contentOf, eventsOf, type ConsentContent } from '../stored-events.ts';
import { allSharesTerm, sharesTerm, shareTerm } from '../terms.ts';

export type ShareState = 'active' | 'stopped' | 'expired';

export interface StoredShare {
  readonly terms: ShareTerms;
  readonly blinder: Uint8Array;
  readonly grant: Grant;
  /** Position of the consent event in the organisation log. */
  readonly sequence: number;
  /** A stop was asked for here: nothing is released any more, whatever the ledger says yet. */
  readonly stopping: boolean;
}

export const shareState = (share: Pick<StoredShare, 'terms' | 'grant' | 'stopping'>, now: number): ShareState => {
  if (share.stopping || share.grant.closedHeight !== 0) return 'stopped';
  return now >= untilOf(share.terms) ? 'expired' : 'active';
};

export const shareFact = ({ terms, grant, stopping }: Pick<StoredShare, 'terms' | 'grant' | 'stopping'>): ShareFact => ({
  grantId: terms.grantId,
  custodian: terms.custodian,
  patient: terms.patient,
  grantee: terms.grantee,
  purpose: terms.purpose,
  types: typesOf(terms.categories),
  includeSensitive: terms.includeSensitive,
  since: terms.since,
  until: Math.min(untilOf(terms), untilOf({ lastDay: grant.expiryDay })),
  closed: stopping || grant.closedHeight !== 0,
});

export interface ShareBook {
  /** Of one patient, newest first; ones that never got onto the ledger, or differ from what is there, are left out. */
  of(patient: string): Promise<readonly StoredShare[]>;
  find(grantId: string): Promise<StoredShare | undefined>;
  all(): Promise<readonly StoredShare[]>;
}

export function shareBook(reader: Pick<RecordReader, 'events'>, ledger: Pick<GrantLedger, 'grant'>): ShareBook {
  const collect = async (term: string): Promise<readonly StoredShare[]> => {
    const stopped = new Set<string>();
    const shares: StoredShare[] = [];
    for await (const event of eventsOf(reader, 'consent', term)) {
      const content = contentOf<ConsentContent>(event);
      // Newest first: a stop comes before the share that it stops.
      if (content.type === 'share-stopped') {
        stopped.add(content.grantId);
        continue;
      }
      const { terms } = content;
      const blinder = fromHex(content.blinder);
      const grant = await ledger.grant(terms.grantId);
      if (!grant || !commitsTo(grant.commitment, terms, blinder)) continue;
      shares.push({ terms, blinder, grant, sequence: event.sequence, stopping: stopped.has(terms.grantId) });
    }
    return shares;
  };
  return {
    of: (patient) => collect(sharesTerm(patient)),
    find: async (grantId) => (await collect(shareTerm(grantId)))[0],
    all: () => collect(allSharesTerm),
  };
}
