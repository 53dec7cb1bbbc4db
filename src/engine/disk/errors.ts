import { codedError, defineErrors } from '../../base/errors.ts';
import type { CodedError } from '../../base/result.ts';

/** What can go wrong around the state machine: files, locks, limits. */
export const engineErrors = defineErrors({
  'engine.locked': {
    status: 503,
    issue: 'transient',
    message: 'Another process has this ledger open.',
    hint: 'Stop it first, or choose another data directory.',
  },
  'engine.read-only': {
    status: 503,
    issue: 'exception',
    message: 'The ledger’s directory can’t be written to.',
    hint: 'Give the process write permission to the data directory, or choose another one.',
  },
  'engine.disk-full': {
    status: 507,
    issue: 'exception',
    message: 'There is no space left for the ledger.',
    hint: 'Free space on the disk of the data directory; then try again.',
  },
  'engine.io': {
    status: 503,
    issue: 'exception',
    message: 'The ledger’s files can’t be read or written.',
    hint: 'Check the disk of the data directory.',
  },
  'engine.no-ledger': {
    status: 500,
    issue: 'exception',
    message: 'There is no ledger in this directory.',
    hint: 'Name the directory of one that has run: --data DIR (sandbox), --home DIR (organisation) or --ledger DIR.',
  },
  'engine.ledger-exists': {
    status: 409,
    issue: 'duplicate',
    message: 'There is a ledger in this directory already.',
    hint: 'Open it, or choose an empty directory.',
  },
  'engine.wrong-key': {
    status: 500,
    issue: 'security',
    message: 'The node key is not the one that the genesis names.',
    hint: 'Hand in the key that this ledger was created with.',
  },
  'engine.block-corrupted': {
    status: 500,
    issue: 'exception',
    message: 'A stored block is damaged.',
    hint: 'Put the block file back from a backup; nothing was changed.',
  },
  'engine.block-invalid': {
    status: 500,
    issue: 'exception',
    message: 'A stored block is not what its transactions make it.',
    hint: 'Put the block file back from a backup; nothing was changed.',
  },
  'engine.blocks-missing': {
    status: 500,
    issue: 'exception',
    message: 'Blocks that were committed are missing from the block file.',
    hint: 'Put the block file back from a backup.',
  },
  'engine.index-damaged': {
    status: 500,
    issue: 'exception',
    message: 'The index of the ledger is damaged.',
    hint: 'Open with rebuildIndex: it is made again from the block file.',
  },
  'engine.height-unknown': { status: 404, issue: 'not-found', message: 'The ledger has no such height.', hint: 'Heights go from 0 to the head’s.' },
  'engine.height-pruned': {
    status: 410,
    issue: 'not-found',
    message: 'The state at this height is not kept any more.',
    hint: 'Ask for a later height, or keep more with retainHeights.',
  },
  'engine.block-pruned': {
    status: 410,
    issue: 'not-found',
    message: 'The transactions of this block are not kept here any more.',
    hint: 'Its header is, and receipts can be given; ask a member that keeps all blocks for the transactions.',
  },
  'engine.snapshot-corrupted': {
    status: 409,
    issue: 'conflict',
    message: 'The snapshot does not hold.',
    hint: 'Fetch what is named from another member.',
  },
  'engine.snapshot-incomplete': {
    status: 409,
    issue: 'incomplete',
    message: 'Chunks of the snapshot have not arrived yet.',
    hint: 'Add the missing chunks first.',
  },
  'engine.not-retained': {
    status: 409,
    issue: 'conflict',
    message: 'The ledger can’t be pruned to this height.',
    hint: 'Choose a height whose state is kept: not after the head, not before the heights that are kept.',
  },
  'engine.unknown-transaction': { status: 404, issue: 'not-found', message: 'The ledger has no such transaction.', hint: 'Look it up by its hash.' },
  'engine.busy': { status: 503, issue: 'throttled', message: 'Too many transactions are waiting.', hint: 'Try again in a second.' },
  'engine.closed': { status: 503, issue: 'transient', message: 'The ledger is closed.', hint: 'Open it again.' },
});

export type EngineErrorCode = keyof typeof engineErrors;

/** The coded error of a failed system call; `doing` continues "while …". */
export function ioError(cause: unknown, doing: string): CodedError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const text = cause instanceof Error ? cause.message : String(cause);
  const name = codeOf(code, text);
  return codedError(engineErrors, name, { message: `${engineErrors[name].message} (while ${doing}: ${text})`, data: { cause: code ?? text } });
}

function codeOf(code: string | undefined, text: string): EngineErrorCode {
  // LMDB reports system errors as text.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || /no space left|MDB_MAP_FULL/i.test(text)) return 'engine.disk-full';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || /permission denied|read-only/i.test(text)) return 'engine.read-only';
  return 'engine.io';
}
