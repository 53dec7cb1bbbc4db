/** One node's sharing, put together: what the gateway calls, the methods that peers call, and the work in the background. */
import { accessPoint, type AccessPoint } from '../access/access-point.ts';
import type { Policy } from '../access/policy/model.ts';
import type { Authenticate } from '../access/tokens.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { ChannelClient } from '../network/client.ts';
import type { Directory } from '../network/directory.ts';
import type { Method } from '../network/server.ts';
import type { LogReader, RecordReader, RecordWriter } from '../records/ports.ts';
import type { HpkeKeyPair } from '../vault/hpke.ts';
import { hideAgain, withdrawMethod } from './grantee/accept-withdrawal.ts';
import { accessRequests, askMethod, type AccessRequests } from './access-requests.ts';
import { announcer, shareClosedMethod, shareOpenedMethod } from './custodian/announce.ts';
import { pushMethod } from './grantee/accept-push.ts';
import { sentCheck } from './grantee/check-sent.ts';
import { copyAccess } from './grantee/copy-access.ts';
import { copySource, type References } from './custodian/copy-source.ts';
import { copyStore, type Extract } from './grantee/copy-store.ts';
import { askEvidence, evidenceMethod } from './evidence.ts';
import { factSource } from './facts.ts';
import { grantLedger, type LedgerSigner } from './grant-ledger.ts';
import { incomingBook, type IncomingBook } from './grantee/incoming-book.ts';
import { methods } from './messages/messages.ts';
import { observedWriter, type ObservedWriter } from './observed-writer.ts';
import { openCopy, type OpenCopy } from './grantee/open-copy.ts';
import { pause, type Parts } from './parts.ts';
import { visibilityOfShare, type WantedShare } from './custodian/preview.ts';
import { prover, proveMethod } from './prove.ts';
import { pusher } from './custodian/push.ts';
import { reporter, reportMethod } from './reports.ts';
import { restoreMethod, restorer, type Restore } from './restore.ts';
import { serial } from './serial.ts';
import { shareBook, type ShareBook } from './custodian/share-book.ts';
import { shares, type Shares } from './custodian/shares.ts';
import { readMethod, receivedMethod } from './custodian/serve-read.ts';
import type { Subject } from './stored-events.ts';
import type { Visibility } from '../records/model.ts';

export interface SharingOptions {
  readonly organisation: string;
  readonly policy: Policy;
  readonly authenticate: Authenticate;
  readonly ledger: LedgerClient;
  readonly directory: Directory;
  readonly channel: ChannelClient;
  readonly reader: RecordReader;
  readonly writer: RecordWriter;
  readonly log: LogReader;
  readonly hpke: HpkeKeyPair;
  /** The organisation's signing key on the ledger. */
  readonly signer: LedgerSigner;
  /** 32-byte seed of a grant's control key, derived from the patient's custodial seed in the vault. */
  readonly controlSeed: (patient: string, grantId: string) => Uint8Array;
  readonly extract: Extract;
  readonly references: References;
  readonly subject: (patient: string) => Promise<Subject | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
  /** Ends the work in the background. */
  readonly signal: AbortSignal;
  /** How often every copy is looked at again; milliseconds, default ten minutes. */
  readonly sweepInterval?: number;
}

export interface Sharing {
  /** The node's decision point, fed with facts from ledger and shares. */
  readonly access: AccessPoint;
  /** Everything that writes records uses this writer, so that copies are kept up to date. */
  readonly writer: ObservedWriter;
  readonly outgoing: ShareBook;
  readonly incoming: IncomingBook;
  readonly shares: Shares;
  readonly requests: AccessRequests;
  readonly openCopy: OpenCopy;
  /** The decision point for interfaces over the copies of one custodian: fetches on first use, reports every access. */
  readonly copyAccess: (custodian: string) => AccessPoint;
  readonly visibilityOfShare: (wanted: WantedShare) => Visibility;
  /** After a release about a copy: its custodian is told. */
  readonly reportTo: (custodian: string) => void;
  readonly restore: Restore;
  /** For the channel's server. */
  readonly methods: ReadonlyMap<string, Method>;
  /** Copies of this organisation's records that are not up to date yet. */
  readonly copiesBehind: () => number;
  /** Copies held here that wait for the proof of their custodian; and ones that are not what it has committed to, since the start. */
  readonly copiesUnproven: () => number;
  readonly copiesDisputed: () => number;
  /** Takes up what a crash or an absent peer left undone, then sweeps from time to time. */
  start(): Promise<void>;
}

const SWEEP_INTERVAL = 10 * 60_000;

export function createSharing(options: SharingOptions): Sharing {
  const { organisation, ledger, directory, reader, now, signal } = options;
  const writer = observedWriter(options.writer);
  const grants = grantLedger(ledger, options.signer, options.controlSeed);
  const outgoing = shareBook(reader, grants);
  const incoming = incomingBook(reader, grants);
  const facts = factSource({ organisation, ledger, directory, outgoing, incoming, now });
  const access = accessPoint({ organisation, policy: options.policy, authenticate: options.authenticate, writer, facts, now });
  const order = serial();
  const parts: Parts = {
    ...options,
    access,
    writer,
    grants,
    outgoing,
    incoming,
    order,
    source: copySource(reader, options.log, options.references),
    copies: copyStore({ reader, writer, extract: options.extract, order, now }),
    check: sentCheck(ledger, askEvidence(options.channel)),
    reportTo: (custodian) => report.kick(custodian),
    onUnproven: (share, versions) => prove.pending(share, versions),
  };
  const prove = prover(parts);
  const push = pusher(parts);
  writer.onAppended(push.wrote);
  const announce = announcer(parts);
  const report = reporter(parts);
  const shareDoor = shares(parts, announce, push);
  const subscribeTo = (grantId: string, cursor: Parameters<typeof push.subscribe>[1]): void => {
    outgoing
      .find(grantId)
      .then((share) => {
        if (share) push.subscribe(share, cursor);
      })
      .catch(options.onError);
  };

  const sweepForEver = async (): Promise<void> => {
    for (;;) {
      await pause(options.sweepInterval ?? SWEEP_INTERVAL, signal);
      if (signal.aborted) return;
      push.sweep();
      await hideAgain(parts);
      await shareDoor.finishStops();
    }
  };

  return {
    access,
    writer,
    outgoing,
    incoming,
    shares: shareDoor,
    requests: accessRequests(parts),
    openCopy: openCopy(parts),
    copyAccess: copyAccess(parts, report),
    visibilityOfShare: (wanted) => visibilityOfShare(parts, wanted),
    reportTo: report.kick,
    restore: restorer(parts),
    copiesBehind: push.behind,
    copiesUnproven: prove.unproven,
    copiesDisputed: prove.disputed,
    methods: new Map<string, Method>([
      [methods.shareOpened, shareOpenedMethod(parts)],
      [methods.shareClosed, shareClosedMethod],
      [methods.read, readMethod(parts)],
      [methods.received, receivedMethod(parts, subscribeTo)],
      [methods.push, pushMethod(parts, prove)],
      [methods.withdraw, withdrawMethod(parts)],
      [methods.prove, proveMethod(parts)],
      [methods.evidence, evidenceMethod(parts)],
      [methods.report, reportMethod(parts)],
      [methods.ask, askMethod(parts)],
      [methods.restore, restoreMethod(parts)],
    ]),
    async start() {
      await hideAgain(parts);
      await shareDoor.finishStops();
      await push.start();
      await announce.start();
      await prove.start();
      const custodians = new Set((await incoming.all()).map(({ terms }) => terms.custodian));
      for (const custodian of custodians) report.kick(custodian);
      sweepForEver().catch(options.onError);
    },
  };
}
