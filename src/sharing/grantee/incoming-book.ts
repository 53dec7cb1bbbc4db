/** Shares that patients of other organisations have made with this one: the notices received, joined with the ledger. */
import type { Grant } from '../../ledger/grants/state.ts';
import type { RecordReader } from '../../records/ports.ts';
import type { GrantLedger } from '../grant-ledger.ts';
import type { ShareTerms } from '../messages/share-terms.ts';
import { contentOf, eventsOf, type NoticeContent, type Subject } from '../stored-events.ts';
import { allIncomingTerm, incomingTerm, shareTerm } from '../terms.ts';

export interface IncomingShare {
  readonly terms: ShareTerms;
  readonly subject: Subject;
  readonly grant: Grant;
  readonly sequence: number;
  readonly stopping: false;
}

export interface IncomingBook {
  /** Newest first; a share is in the book only after its commitment was checked against the ledger. */
  of(custodian: string, patient: string): Promise<readonly IncomingShare[]>;
  find(grantId: string): Promise<IncomingShare | undefined>;
  all(): Promise<readonly IncomingShare[]>;
}

export function incomingBook(reader: Pick<RecordReader, 'events'>, ledger: Pick<GrantLedger, 'grant'>): IncomingBook {
  const collect = async (term: string): Promise<readonly IncomingShare[]> => {
    const shares: IncomingShare[] = [];
    for await (const event of eventsOf(reader, 'notice', term)) {
      const { terms, subject } = contentOf<NoticeContent>(event);
      if (shares.some((share) => share.terms.grantId === terms.grantId)) continue;
      const grant = await ledger.grant(terms.grantId);
      if (grant) shares.push({ terms, subject, grant, sequence: event.sequence, stopping: false });
    }
    return shares;
  };
  return {
    of: (custodian, patient) => collect(incomingTerm(custodian, patient)),
    find: async (grantId) => (await collect(shareTerm(grantId)))[0],
    all: () => collect(allIncomingTerm),
  };
}
