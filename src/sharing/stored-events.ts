/** Sharing's own events in the organisation log: their JSON forms, and reading them back page by page. */
import { fromUtf8, utf8 } from '../base/bytes.ts';
import type { EventDraft, EventKind, StoredEvent } from '../records/model.ts';
import type { RecordReader } from '../records/ports.ts';
import type { ShareTerms } from './messages/share-terms.ts';
import type { WithdrawnRecord } from './messages/withdrawn-record.ts';

/** Kind `consent`, at the custodian. `blinder` in hexadecimal. */
export type ConsentContent =
  | { readonly v: 1; readonly type: 'share-opened'; readonly terms: ShareTerms; readonly blinder: string }
  | { readonly v: 1; readonly type: 'share-stopped'; readonly grantId: string; readonly patient: string; readonly time: string };

/** Kind `notice`, at the grantee. */
export interface NoticeContent {
  readonly v: 1;
  readonly type: 'share-received';
  readonly terms: ShareTerms;
  readonly blinder: string;
  readonly subject: Subject;
}

/** Kind `notice`, at the grantee: what it was told that a share no longer covers, and has made unreadable. */
export interface WithdrawalContent {
  readonly v: 1;
  readonly type: 'withdrawn';
  readonly grantId: string;
  readonly custodian: string;
  readonly patient: string;
  readonly time: string;
  readonly records: readonly WithdrawnRecord[];
  /** Hash of the custodian's signed message that said so, base64url. */
  readonly receipt: string;
}

/** Who the patient is, for the grantee's list. */
export interface Subject {
  readonly name: string;
  readonly family: string;
  readonly given: string;
  readonly birthDate: string;
  readonly gender: string;
}

/** How far a copy goes in the custodian's organisation log: the next sequence to send, and a time before which nothing is missing. */
export interface Cursor {
  readonly sequence: number;
  readonly time: number;
}

/**
 * Kind `disclosure`: at the custodian with the grantee's signed receipt, at the grantee for what it received. `withdrawn`: the grantee
 * was told that the share no longer covers so many records.
 */
export interface DisclosureContent {
  readonly v: 1;
  readonly type: 'sent' | 'received' | 'withdrawn';
  readonly grantId: string;
  readonly patient: string;
  readonly peer: string;
  readonly count: number;
  readonly upTo: Cursor;
  /** The peer's signed message, base64url. */
  readonly receipt: string;
}

/** Kind `request`, at the organisation that is asked. */
export type RequestContent =
  | {
      readonly v: 1;
      readonly type: 'asked';
      readonly requestId: string;
      readonly organisation: string;
      readonly clinician: string;
      readonly reason: string;
      readonly time: string;
    }
  | { readonly v: 1; readonly type: 'declined'; readonly requestId: string; readonly time: string };

export const eventDraft = (kind: EventKind, time: number, patient: string | undefined, content: object, tokens: readonly string[]): EventDraft => ({
  kind,
  content: utf8(JSON.stringify(content)),
  time,
  patient,
  tokens,
});

/** This layer wrote it: the form is trusted as far as the entry's seal is. */
export const contentOf = <T>(event: StoredEvent): T => JSON.parse(fromUtf8(event.content)) as T;

const PAGE = 200;
/** A patient or an organisation with more events of a kind than this is looked at only as far. */
const MAX_EVENTS = 20_000;

/** Newest first. */
export async function* eventsOf(reader: Pick<RecordReader, 'events'>, kind: EventKind, term: string): AsyncGenerator<StoredEvent> {
  let after: string | undefined;
  let seen = 0;
  do {
    const page = await reader.events([kind], term, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page.events;
    seen += page.events.length;
    after = page.next;
  } while (after !== undefined && seen < MAX_EVENTS);
}

export async function newestEvent(reader: Pick<RecordReader, 'events'>, kind: EventKind, term: string): Promise<StoredEvent | undefined> {
  const page = await reader.events([kind], term, { limit: 1 });
  return page.events[0];
}
