import { decodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import { memberFields } from '../membership/operations.ts';
import { policyFields } from '../policy/policy.ts';
import { fieldsProblem, type Fields } from '../schema/fields.ts';
import { MAX_VALIDATORS } from '../validators/change.ts';
import { validatorFields } from '../validators/fields.ts';
import { GENESIS_VERSION, genesisFields, previousFields, type Genesis } from './genesis.ts';

const MAX_MEMBERS = 1_000;
/** A member with the longest of everything has under 1 kB. */
const MAX_GENESIS_BYTES = 2_097_152;

/**
 * Form and limits; whether a ledger can start from it is for `executeGenesis` to say. `ledger.malformed` on anything but the exact bytes
 * that `encodeGenesis` gives of a valid genesis, `ledger.old-genesis` on one of an earlier format.
 */
export function decodeGenesis(bytes: Uint8Array): Result<Genesis> {
  if (bytes.length > MAX_GENESIS_BYTES) return malformed(`it has ${bytes.length} bytes; the limit is ${MAX_GENESIS_BYTES}`);
  const decoded = decodeCbor(bytes);
  if (!decoded.ok) return malformed(decoded.error.message);
  const whole = (decoded.value ?? {}) as Genesis & { readonly v: number };
  if (typeof whole.v === 'number' && whole.v < GENESIS_VERSION) return fail(codedError(ledgerErrors, 'ledger.old-genesis'));
  const { members, validators, policy, previous, ...rest } = whole;
  const problem =
    fieldsProblem(genesisFields, rest) ??
    versionProblem(rest.v) ??
    keysProblem(whole) ??
    listProblem('members', members, memberFields, MAX_MEMBERS) ??
    listProblem('validators', validators, validatorFields, MAX_VALIDATORS) ??
    partProblem('policy', fieldsProblem(policyFields, policy)) ??
    (previous === null ? undefined : partProblem('previous', fieldsProblem(previousFields, previous)));
  if (problem !== undefined) return malformed(`it ${problem}`);
  const { v: _, ...genesis } = whole;
  return ok(genesis);
}

const versionProblem = (v: number): string | undefined => (v === GENESIS_VERSION ? undefined : `has the version ${v}, which is not known`);

/** An embedded ledger has a node that attests; on the other engine that is what validators do. */
function keysProblem({ engine, authority, proposer }: Genesis): string | undefined {
  if (authority.length !== 0 && authority.length !== 32) return 'has an authority that is neither empty nor a key';
  const expected = engine === 'embedded' ? 32 : 0;
  return proposer.length === expected ? undefined : `has a proposer of ${proposer.length} bytes; for the engine ${engine} it has ${expected}`;
}

function listProblem(name: string, list: unknown, fields: Fields, max: number): string | undefined {
  if (!Array.isArray(list) || list.length > max) return `has ${name} that are not a list of at most ${max}`;
  for (const [index, item] of list.entries()) {
    const problem = partProblem(`${name}[${index}]`, fieldsProblem(fields, item));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const partProblem = (name: string, problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `has ${name} that ${problem}`;

const malformed = (why: string) => fail(codedError(ledgerErrors, 'ledger.malformed', { message: `Not a genesis: ${why}.` }));
