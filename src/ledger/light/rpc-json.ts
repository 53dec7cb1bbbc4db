/**
 * Reads light blocks from the JSON that CometBFT's RPC gives at `/commit` (member `signed_header`) and `/validators` (member `validators`).
 * Integers of 64 bits are strings there, hashes hexadecimal, keys and signatures base64, times RFC 3339 with up to nine decimals. Everything
 * is from outside: `ledger.malformed` on any other form.
 */
import { fromBase64 } from '../../base/base64.ts';
import { fromHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import {
  MAX_VALIDATORS,
  type BlockId,
  type Commit,
  type ConsensusHeader,
  type LightBlock,
  type Time,
  type Validator,
  type Vote,
} from './light-block.ts';
import { timeOfText } from './rfc3339.ts';

export const lightBlockOfJson = (signedHeader: unknown, validators: unknown): Result<LightBlock> =>
  reading('light block', () => {
    const { header, commit } = object(signedHeader);
    return { header: headerOf(header), commit: commitOf(commit), validators: validatorsOf(validators) };
  });

/** The list of `/validators`, all pages together. */
export const validatorsOfJson = (validators: unknown): Result<readonly Validator[]> => reading('validator set', () => validatorsOf(validators));

/** Says where the JSON is not what it should be; never leaves this file. */
class Misfit extends Error {}

function reading<T>(what: string, read: () => T): Result<T> {
  try {
    return ok(read());
  } catch (cause) {
    if (!(cause instanceof Misfit)) throw cause;
    return fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not the JSON of a ${what}: ${cause.message}.` }));
  }
}

function headerOf(value: unknown): ConsensusHeader {
  const header = object(value);
  const version = object(header['version']);
  return {
    version: { block: integer(version['block']), app: version['app'] === undefined ? 0 : integer(version['app']) },
    chainId: text(header['chain_id']),
    height: integer(header['height']),
    time: timeOf(header['time']),
    lastBlockId: blockIdOf(header['last_block_id']),
    lastCommitHash: hash(header['last_commit_hash']),
    dataHash: hash(header['data_hash']),
    validatorsHash: hash(header['validators_hash']),
    nextValidatorsHash: hash(header['next_validators_hash']),
    consensusHash: hash(header['consensus_hash']),
    // The application's own, of any length.
    appHash: hex(header['app_hash'], 64),
    lastResultsHash: hash(header['last_results_hash']),
    evidenceHash: hash(header['evidence_hash']),
    proposerAddress: address(header['proposer_address']),
  };
}

function commitOf(value: unknown): Commit {
  const commit = object(value);
  return {
    height: integer(commit['height']),
    round: integer(commit['round']),
    blockId: blockIdOf(commit['block_id']),
    votes: list(commit['signatures']).map(voteOf),
  };
}

const FLAGS = { 1: 'absent', 2: 'commit', 3: 'nil' } as const;

function voteOf(value: unknown): Vote {
  const vote = object(value);
  const flag = FLAGS[vote['block_id_flag'] as keyof typeof FLAGS];
  if (flag === undefined) throw new Misfit('a vote has no known flag');
  if (flag === 'absent') return { flag };
  return { flag, address: address(vote['validator_address']), time: timeOf(vote['timestamp']), signature: base64(vote['signature'], 64) };
}

function blockIdOf(value: unknown): BlockId {
  const id = object(value);
  const parts = object(id['parts']);
  return { hash: hash(id['hash']), parts: { total: integer(parts['total']), hash: hash(parts['hash']) } };
}

function validatorsOf(value: unknown): readonly Validator[] {
  return list(value).map((item) => {
    const validator = object(item);
    const key = object(validator['pub_key']);
    if (key['type'] !== 'tendermint/PubKeyEd25519') throw new Misfit(`a validator's key is of the kind ${String(key['type'])}`);
    return { key: base64(key['value'], 32), power: integer(validator['voting_power']) };
  });
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misfit('an object is missing');
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length > MAX_VALIDATORS) throw new Misfit(`a list of at most ${MAX_VALIDATORS} is missing`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > 64) throw new Misfit('a text is missing or too long');
  return value;
}

function integer(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw new Misfit('a number is missing or out of range');
  return number;
}

function hex(value: unknown, limit: number): Uint8Array {
  if (typeof value !== 'string' || value.length > 2 * limit || !/^(?:[0-9A-Fa-f]{2})*$/.test(value)) throw new Misfit('a hash is missing');
  return fromHex(value);
}

function hash(value: unknown): Uint8Array {
  const bytes = hex(value, 32);
  if (bytes.length !== 32 && bytes.length !== 0) throw new Misfit('a hash is not 32 bytes');
  return bytes;
}

function address(value: unknown): Uint8Array {
  const bytes = hex(value, 20);
  if (bytes.length !== 20) throw new Misfit('an address is not 20 bytes');
  return bytes;
}

function base64(value: unknown, length: number): Uint8Array {
  const bytes = typeof value === 'string' && value.length <= 2 * length ? fromBase64(value) : undefined;
  if (bytes?.length !== length) throw new Misfit(`a key or a signature of ${length} bytes is missing`);
  return bytes;
}

function timeOf(value: unknown): Time {
  const time = timeOfText(text(value));
  if (!time) throw new Misfit('a time is missing');
  return time;
}
