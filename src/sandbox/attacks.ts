/** The named attacks: what each does, and what gives it away. Performing them is the business of `perform-attack.ts`. */
import type { Attack } from '../contract/network.ts';

export const attacks = [
  {
    name: 'flip-record',
    title: 'Change one bit of a sealed record',
    does: 'Flips one bit in the sealed content of a record in the database, as a failing disk or an intruder would.',
    noticedBy: 'The seal no longer opens; the record is named, and restored from a synchronised copy if there is one.',
  },
  {
    name: 'flip-index',
    title: 'Change one entry of the search index',
    does: 'Changes one keyed search term, so that a search would miss a record.',
    noticedBy: 'The terms computed anew from the record differ from the stored ones; the index row is rebuilt.',
  },
  {
    name: 'flip-audit',
    title: 'Change an entry of the access log',
    does: 'Flips one bit in a sealed audit entry, to hide who looked.',
    noticedBy: 'The entry does not match its leaf in a batch that the ledger has.',
  },
  {
    name: 'flip-block',
    title: 'Change one bit of a ledger block',
    does: 'Flips one bit in the file that holds the ledger’s blocks.',
    noticedBy: 'The block no longer has the hash that the next block names; the height is given.',
  },
  {
    name: 'truncate-log',
    title: 'Cut off the end of the log',
    does: 'Deletes the newest entries of the organisation log from the database.',
    noticedBy: 'The log is too short for the batches that are on the ledger.',
  },
  {
    name: 'rollback',
    title: 'Roll the database back',
    does: 'Sets the organisation’s tables back to an earlier state, as restoring an old backup would.',
    noticedBy: 'The log is older than the last batch on the ledger.',
  },
  {
    name: 'edit-sql',
    title: 'Edit a record with SQL',
    does: 'Puts the content of one record in the place of another by an UPDATE statement.',
    noticedBy: 'Sealed content is bound to its own record and version: it does not open in another place.',
  },
] as const satisfies readonly Attack[];

export type AttackName = (typeof attacks)[number]['name'];

export const isAttackName = (name: unknown): name is AttackName => attacks.some((attack) => attack.name === name);
