/** The facts that the access layer asks for, from the ledger and from the books of shares. */
import type { FactSource } from '../access/access-point.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Directory } from '../network/directory.ts';
import type { IncomingBook } from './grantee/incoming-book.ts';
import { shareFact, type ShareBook } from './custodian/share-book.ts';

export interface FactParts {
  readonly organisation: string;
  readonly ledger: Pick<LedgerClient, 'head'>;
  readonly directory: Directory;
  readonly outgoing: ShareBook;
  readonly incoming: IncomingBook;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const factSource = ({ organisation, ledger, directory, outgoing, incoming, now }: FactParts): FactSource => ({
  async member(id) {
    return (await directory.member(id))?.status ?? 'unknown';
  },
  ledgerAge: () => Math.max(0, now() - ledger.head().time),
  async shares(custodian, patient, grantee) {
    if (custodian === organisation)
      return patient === undefined ? [] : (await outgoing.of(patient)).filter(({ terms }) => terms.grantee === grantee).map(shareFact);
    if (grantee !== organisation) return [];
    const shares =
      patient === undefined ? (await incoming.all()).filter(({ terms }) => terms.custodian === custodian) : await incoming.of(custodian, patient);
    return shares.map(shareFact);
  },
  // Refusals beyond "not shared" cannot be recorded yet: reading across organisations is opt-in.
  denies: async () => [],
  nameOf: async (id) => (await directory.member(id))?.name ?? id,
});
