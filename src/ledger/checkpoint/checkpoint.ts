/**
 * A checkpoint (C2SP tlog-checkpoint): the text of a note about a log's tree at one size.
 *
 *   careledger/<chain id>                        origin: which log
 *   <size>                                       transactions accepted since the genesis
 *   base64(root)                                 RFC 9162 root of the transaction log
 *   block <height> base64(header hash)           extension: the block after which the log has this size
 *
 * The tree fixes the transactions; the block line fixes everything else that the header covers: state, times, grouping. A log that signs
 * two block lines for one size has two histories as much as one that signs two roots.
 */
import { fromBase64, toBase64 } from '../../base/base64.ts';
import { equalBytes } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { emptyRoot } from '../proofs/merkle-log.ts';

export interface CheckpointBlock {
  readonly height: number;
  /** Header hash, 32 bytes. */
  readonly hash: Uint8Array;
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Undefined for logs that are not ledgers. */
  readonly block: CheckpointBlock | undefined;
}

const MAX_LINES = 32;
const MAX_ORIGIN_LENGTH = 256;

/** The origin line of a ledger's transaction log, and the name of the keys that sign for it. */
export const ledgerOrigin = (chainId: string): string => `careledger/${chainId}`;

/** The name of a member's witness key. */
export const witnessName = (chainId: string, organisation: string): string => `careledger/${chainId}/witness/${organisation}`;

export const checkpointText = ({ origin, size, root, block }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n${block ? `block ${block.height} ${toBase64(block.hash)}\n` : ''}`;

/** From the text of a note. Extension lines of other kinds are left unread, as the specification asks. `ledger.malformed`. */
export function parseCheckpoint(text: string): Result<Checkpoint> {
  if (!text.endsWith('\n')) return malformed('the last line does not end');
  const lines = text.slice(0, -1).split('\n');
  const [origin, sizeText, rootText, ...extensions] = lines;
  if (origin === undefined || sizeText === undefined || rootText === undefined) return malformed('it has fewer than three lines');
  if (lines.length > MAX_LINES || lines.includes('')) return malformed(`it has an empty line or more than ${MAX_LINES}`);
  if (origin.length > MAX_ORIGIN_LENGTH) return malformed('the origin is too long');
  const size = decimal(sizeText);
  if (size === undefined) return malformed('the tree size is not a decimal number');
  const root = hashOf(rootText);
  if (!root) return malformed('the root is not base64 of 32 bytes');
  if (size === 0 && !equalBytes(root, emptyRoot())) return malformed('the root is not that of the empty tree');
  return ok({ origin, size, root, block: blockOf(extensions) });
}

/** A decimal number without leading zeros, up to the largest safe integer. */
export function decimal(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function hashOf(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text);
  return bytes?.length === 32 ? bytes : undefined;
}

function blockOf(extensions: readonly string[]): CheckpointBlock | undefined {
  for (const line of extensions) {
    const [word, heightText, hashText, ...more] = line.split(' ');
    const height = decimal(heightText ?? '');
    const hash = hashOf(hashText ?? '');
    if (word === 'block' && height !== undefined && hash && more.length === 0) return { height, hash };
  }
  return undefined;
}

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a checkpoint: ${why}.` }));
