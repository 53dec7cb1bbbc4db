/** What one node's sharing is made of; put together in `sharing.ts`. */
import type { AccessPoint } from '../access/access-point.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { ChannelClient } from '../network/client.ts';
import type { Directory } from '../network/directory.ts';
import type { LogReader, RecordReader } from '../records/ports.ts';
import type { HpkeKeyPair } from '../vault/hpke.ts';
import type { CopySource } from './custodian/copy-source.ts';
import type { CopyStore } from './grantee/copy-store.ts';
import type { SentCheck } from './grantee/check-sent.ts';
import type { GrantLedger } from './grant-ledger.ts';
import type { IncomingBook, IncomingShare } from './grantee/incoming-book.ts';
import type { SentVersion } from './messages/page.ts';
import type { ObservedWriter } from './observed-writer.ts';
import type { Serial } from './serial.ts';
import type { ShareBook } from './custodian/share-book.ts';
import type { Subject } from './stored-events.ts';

export interface Parts {
  readonly organisation: string;
  readonly ledger: LedgerClient;
  readonly directory: Directory;
  readonly channel: ChannelClient;
  readonly access: AccessPoint;
  readonly reader: RecordReader;
  readonly writer: ObservedWriter;
  readonly log: LogReader;
  readonly hpke: HpkeKeyPair;
  readonly grants: GrantLedger;
  readonly outgoing: ShareBook;
  readonly incoming: IncomingBook;
  readonly source: CopySource;
  readonly copies: CopyStore;
  readonly check: SentCheck;
  readonly order: Serial;
  /** Who a patient of this organisation is, from their Patient record; undefined: none. */
  readonly subject: (patient: string) => Promise<Subject | undefined>;
  /** Versions of a first read that came without proof: checked when they are anchored. */
  readonly onUnproven: (share: IncomingShare, versions: readonly SentVersion[]) => void;
  /** After an access to a copy, or its withdrawal: its custodian is told. */
  readonly reportTo: (custodian: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
  readonly signal: AbortSignal;
}

/** Waits, or returns early when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      done();
    };
    const timer = setTimeout(stop, milliseconds);
    timer.unref();
    signal.addEventListener('abort', stop);
  });
}

/** Waiting time before the next attempt, milliseconds: half a second, doubling, at most a minute. */
export const backOff = (attempts: number): number => Math.min(60_000, 500 * 2 ** Math.min(attempts, 8));
