/** The sentences of sharing in English, in one place. */
import type { ShareCategory, SharePurpose } from '../contract/portal.ts';
import { dayInWords } from '../access/words.ts';

const CATEGORY: Readonly<Record<ShareCategory, string>> = {
  everything: 'your whole record',
  results: 'results',
  medications: 'medications',
  diagnoses: 'diagnoses and allergies',
  visits: 'visits and procedures',
  immunizations: 'vaccinations',
  documents: 'documents and reports',
};

const PURPOSE: Readonly<Record<SharePurpose, string>> = { treatment: 'for treatment', 'second-opinion': 'for a second opinion' };

const list = (parts: readonly string[]): string => (parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`);

function categoriesInWords(categories: readonly ShareCategory[]): string {
  return categories.includes('everything') ? CATEGORY.everything : `your ${list(categories.map((category) => CATEGORY[category]))}`;
}

interface ShareWords {
  readonly organisation: string;
  readonly purpose: SharePurpose;
  readonly categories: readonly ShareCategory[];
  readonly includeSensitive: boolean;
  /** Milliseconds since 1970: the first moment at which it no longer holds. */
  readonly until: number;
}

const what = ({ categories, includeSensitive }: ShareWords): string =>
  `${categoriesInWords(categories)}${includeSensitive ? ', sensitive records included,' : ''}`;

export const shareSentence = (share: ShareWords, state: 'active' | 'stopped' | 'expired', stopped?: number): string => {
  const rest = `${what(share)} ${PURPOSE[share.purpose]}`;
  if (state === 'active') return `${share.organisation} can read ${rest} until ${dayInWords(share.until - 1)}.`;
  if (state === 'expired') return `${share.organisation} could read ${rest} until ${dayInWords(share.until - 1)}.`;
  return `${share.organisation} could read ${rest}; you stopped it on ${dayInWords(stopped ?? share.until)}. What they had read before, they may still have.`;
};

export const previewSentence = (share: ShareWords, count: number, withheld: number): string =>
  `${share.organisation} would see ${count} ${count === 1 ? 'entry' : 'entries'} of ${categoriesInWords(share.categories)} until ${dayInWords(share.until - 1)}` +
  (withheld > 0 ? `; ${withheld} ${withheld === 1 ? 'entry is' : 'entries are'} held back.` : '.');

const entries = (count: number): string => `${count} ${count === 1 ? 'entry' : 'entries'}`;
const it = (count: number): string => (count === 1 ? 'it' : 'them');

export const words = {
  readWhole: (count: number, withdrawn: number) =>
    `Read your record: ${entries(count)} sent to their copy${withdrawn === 0 ? '' : `; was told that ${entries(withdrawn)} of an earlier copy must stay hidden`}`,
  pushed: (count: number) => `Received ${count} ${count === 1 ? 'update' : 'updates'} to their copy of your record`,
  /** Told by the custodian. */
  withdrawn: (count: number) =>
    `Was told to hide ${entries(count)} of their copy of your record: what you share with them does not cover ${it(count)} any more`,
  /** Done by the grantee. */
  hidden: (count: number) => `Hid ${entries(count)} of their copy of your record: what you share with them does not cover ${it(count)} any more`,
  shareAnnounced: 'Was told that you share your record with them: your name, date of birth and gender',
  opened: (organisation: string) => `Shared the record with ${organisation}`,
  changed: (organisation: string) => `Changed what ${organisation} can read`,
  stopped: (organisation: string) => `Stopped sharing with ${organisation}`,
  declined: (organisation: string) => `Declined the request of ${organisation}`,
  healed: 'Gave back a version of the record that was damaged at its custodian',
  machine: 'Keeping copies up to date',
  asked: 'If they treat this patient, the patient now sees your request and can share their record with you.',
  alreadyShared: 'The patient has already shared their record with your organisation.',
  howToAsk: 'Tell the patient that a request is waiting in their portal. They choose what to share, and until when; nothing is released before.',
} as const;
