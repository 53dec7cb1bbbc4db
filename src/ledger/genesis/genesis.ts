/**
 * The genesis: what a ledger starts from. Its hash takes the place of the previous hash in the block at height 0.
 *
 *   genesis bytes = CBOR { v, chainId, time, authority, proposer, members: [{org, name, kind, signingKey, hpkeKey, tlsKey}] }
 *   genesis hash  = SHA-256("careledger/genesis/1" ‖ genesis bytes)
 */
import { sha256 } from '#sha256';
import { concat, utf8 } from '../../base/bytes.ts';
import { decodeCbor, encodeCbor, type Cbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { memberFields } from '../membership/operations.ts';
import { counter, ed25519Key, fieldsProblem, milliseconds, type Fields, type ValuesOf } from '../schema/fields.ts';
import { chainIdField } from '../transaction/schema.ts';

export type GenesisMember = ValuesOf<typeof memberFields>;

export interface Genesis {
  readonly chainId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Ed25519 key that may change the membership. */
  readonly authority: Uint8Array;
  /** Ed25519 key of the node that attests blocks. */
  readonly proposer: Uint8Array;
  readonly members: readonly GenesisMember[];
}

const MAX_MEMBERS = 1_000;

/** Beside `members`. */
export const genesisFields = {
  v: counter('Version of the format.'),
  chainId: chainIdField,
  time: milliseconds('When the ledger starts (milliseconds since 1970).'),
  authority: ed25519Key('May change the membership.'),
  proposer: ed25519Key('The node that attests blocks.'),
} as const satisfies Fields;

const GENESIS_DOMAIN = utf8('careledger/genesis/1');

export const encodeGenesis = (genesis: Genesis): Uint8Array => encodeCbor({ v: 1, ...genesis } as unknown as Cbor);

/** `ledger.malformed` on anything but the exact bytes that `encodeGenesis` gives of a valid genesis. */
export function decodeGenesis(bytes: Uint8Array): Result<Genesis> {
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const { members, ...rest } = (decoded.value ?? {}) as Genesis & { v: number };
  const problem = fieldsProblem(genesisFields, rest);
  if (problem !== undefined) return malformed(`it ${problem}`);
  if (rest.v !== 1) return malformed(`version ${rest.v} of the format is not known`);
  if (!Array.isArray(members) || members.length > MAX_MEMBERS) return malformed(`members is not a list of at most ${MAX_MEMBERS}`);
  for (const [index, member] of members.entries()) {
    const memberProblem = fieldsProblem(memberFields, member);
    if (memberProblem !== undefined) return malformed(`member ${index} ${memberProblem}`);
  }
  const { v: _, ...genesis } = rest;
  return ok({ ...genesis, members });
}

export const genesisHash = (genesisBytes: Uint8Array): Uint8Array => sha256(concat(GENESIS_DOMAIN, genesisBytes));

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a genesis: ${why}.` }));
