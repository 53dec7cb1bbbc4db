/** A node's own look at what it has stored: after the start, from time to time, and when asked; the newest report is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health, HealReport, VerificationReport } from '../contract/network.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { Records } from '../records/open.ts';
import { verifyStored, type Recompute } from '../records/verify/verify.ts';
import { heal, type HealParts } from './heal.ts';
import { verificationReport, type LedgerCheck } from './verification.ts';

export interface SelfCheckParts extends HealParts {
  readonly records: Records;
  readonly ledger: LedgerClient;
  readonly recompute: Recompute;
  /** Checks the ledger as it lies on the disk. */
  readonly checkLedger: () => Promise<LedgerCheck>;
  readonly firstCheckAfterMs: number;
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
  readonly signal: AbortSignal;
}

export interface SelfCheck {
  verify(): Promise<VerificationReport>;
  heal(): Promise<HealReport>;
  last(): VerificationReport | undefined;
  /** A report that somebody else made from the same data (the command line). */
  take(report: VerificationReport): void;
  health(): { readonly health: Health; readonly healthText: string };
  /** Checks after a while, then every quarter of an hour, until the signal aborts. */
  begin(): void;
}

const EVERY_MS = 15 * 60_000;
/** A check that nobody asked for rests this much longer than it works: those who ask for records come first. */
const REST_PER_WORK = 15;
const LONGEST_REST_MS = 1000;

export function selfCheck(parts: SelfCheckParts): SelfCheck {
  const { records, ledger, recompute, signal } = parts;
  let last: VerificationReport | undefined;
  /** One at a time: each reads everything. */
  let running: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = running.then(work, work);
    running = next.catch(() => undefined);
    return next;
  };
  /** Asked for and not answered yet: a check in the background then makes haste. */
  let asked = 0;
  const asSoonAsPossible = async <T>(work: () => Promise<T>): Promise<T> => {
    asked++;
    try {
      return await inTurn(work);
    } finally {
      asked--;
    }
  };
  const restful = (): (() => Promise<void>) => {
    let from = performance.now();
    return async () => {
      const worked = performance.now() - from;
      if (asked === 0) await sleep(Math.min(LONGEST_REST_MS, REST_PER_WORK * worked), undefined, { signal });
      from = performance.now();
    };
  };
  const stored = (pace?: () => Promise<void>) => verifyStored(records.context, { ledger, recompute, signal, ...(pace ? { pace } : {}) });

  const verifyNow = async (pace?: () => Promise<void>): Promise<VerificationReport> => {
    // The blocks first: what the log is compared with was looked at before.
    const blocks = await parts.checkLedger();
    last = verificationReport(await stored(pace), blocks);
    return last;
  };

  const every = async (): Promise<void> => {
    await sleep(parts.firstCheckAfterMs, undefined, { signal, ref: false });
    for (;;) {
      await inTurn(() => verifyNow(restful())).catch((cause) => signal.aborted || parts.onError(cause));
      await sleep(EVERY_MS, undefined, { signal, ref: false });
    }
  };

  return {
    verify: () => asSoonAsPossible(() => verifyNow()),
    heal: () =>
      asSoonAsPossible(async () => {
        const done = await heal(parts, await stored());
        return { organisation: records.organisation, ...done, after: await verifyNow() };
      }),
    last: () => last,
    take: (report) => void (last = report),
    health: () => healthOf(last, records.anchoring?.alarm() !== undefined, parts.now()),
    begin: () => void every().catch((cause) => signal.aborted || parts.onError(cause)),
  };
}

function healthOf(last: VerificationReport | undefined, alarm: boolean, now: number): { health: Health; healthText: string } {
  if (alarm) return { health: 'harm', healthText: 'The log is not the one on the ledger: it was altered, cut off or rolled back' };
  if (!last) return { health: 'attention', healthText: 'Not checked yet since the start' };
  const minutes = Math.max(0, Math.round((now - Date.parse(last.finished)) / 60_000));
  const ago = minutes === 0 ? 'just now' : `${minutes} min ago`;
  if (last.holds) return { health: 'well', healthText: `All ${(last.checked['entries'] ?? 0).toLocaleString('en')} entries verified ${ago}` };
  const [first] = last.findings;
  const more = last.findings.length - 1;
  return { health: 'harm', healthText: `${first!.what.replace(/\.$/, '')}${more > 0 ? `, and ${more} more` : ''} (found ${ago})` };
}
