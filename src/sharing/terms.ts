/** Index terms under which sharing finds its own events again; turned into keyed tokens by the records layer. */

/** Consent events of a patient of this organisation. */
export const sharesTerm = (patient: string): string => `shares\u0000${patient}`;
/** Consent events, or the notice, about one share. */
export const shareTerm = (grantId: string): string => `share\u0000${grantId}`;
/** All consent events of this organisation. */
export const allSharesTerm = 'shares';
/** Notices of shares with this organisation: all, and of one patient. */
export const allIncomingTerm = 'incoming';
export const incomingTerm = (custodian: string, patient: string): string => `incoming\u0000${custodian}/${patient}`;
/** Receipts for what was sent under a grant (custodian), or what was received under it (grantee). */
export const copyTerm = (grantId: string): string => `copy\u0000${grantId}`;
/** That the first page of a read under a grant was released (custodian). */
export const readTerm = (grantId: string): string => `read\u0000${grantId}`;
/** That the custodian has acknowledged, or shown by an update, that it keeps the copy under a grant current (grantee). */
export const keptTerm = (grantId: string): string => `kept\u0000${grantId}`;
/** Notices of withdrawals: all, and of one share. */
export const allWithdrawnTerm = 'withdrawn';
export const withdrawnTerm = (grantId: string): string => `withdrawn\u0000${grantId}`;
/** How far accesses to copies were reported to their custodian. */
export const reportedTerm = (custodian: string): string => `reported\u0000${custodian}`;
export const requestTerm = (requestId: string): string => `request\u0000${requestId}`;

/** Names differ in accents, case and punctuation between organisations; a birth date must be the same. */
const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

export interface Demographics {
  readonly family: string;
  readonly given: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
}

/**
 * Access requests are filed under who they ask for, and a patient finds the ones that name them. So the organisation that is asked
 * looks nobody up when it is asked, and its answer can tell nothing.
 */
export const askedTerm = ({ family, given, birthDate }: Demographics): string => `asked\u0000${plain(family)}\u0000${plain(given)}\u0000${birthDate}`;
