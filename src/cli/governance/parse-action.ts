/** What is proposed, from the words of the command line. */
import { readFile } from 'node:fs/promises';
import { fromHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import type { GovernancePolicy, GovernanceView } from '../../contract/explorer.ts';
import { actionField, type Action } from '../../ledger/governance/operations.ts';
import type { RotateKeys } from '../../ledger/membership/operations.ts';
import { fieldProblem } from '../../ledger/schema/fields.ts';
import { CommandError } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { usage } from './usage.ts';

export interface ProposalOptions {
  text(name: string): string | undefined;
  /** What the ledger has now: for what a proposal does not say. */
  readonly now: GovernanceView;
}

/** Always an action that the ledger can decode. `cli.usage`, `cli.no-file`. */
export async function parseAction([kind, ...words]: readonly string[], options: ProposalOptions): Promise<Action> {
  const action = await actionOf(kind, words, options);
  const problem = fieldProblem(actionField, action);
  if (problem !== undefined) throw usage(`It can’t be proposed ${problem}.`);
  return action as Action;
}

async function actionOf(kind: string | undefined, words: readonly string[], { text, now }: ProposalOptions): Promise<Record<string, unknown>> {
  const [first = ''] = words;
  switch (kind) {
    case 'suspend':
    case 'reinstate':
      return { op: `membership.${kind}`, org: first };
    case 'admit':
      return { op: 'membership.admit', ...(await memberFile(first, ['org', 'name', 'kind', ...KEYS])) };
    case 'rotate-keys':
      return { op: 'membership.rotate-keys', ...(await memberFile(first, ['org', ...KEYS])) };
    case 'validator': {
      const power = number(text('power'), '--power');
      const present = now.validators.find(({ organisation }) => organisation.id === first)?.key;
      const key = text('key') ?? present;
      if (key === undefined) throw usage('Say the validator’s consensus key with --key.');
      return { op: 'validators.set', org: first, key: hex(key, '--key'), power };
    }
    case 'policy':
      return { op: 'governance.set-policy', ...changedPolicy(now.policy, words) };
    case 'upgrade':
      return {
        op: 'governance.upgrade',
        version: number(text('version'), '--version'),
        hash: hex(text('hash') ?? '', '--hash'),
        height: number(text('after'), '--after'),
      };
    default:
      throw unknownKind();
  }
}

const KINDS: readonly (string | undefined)[] = ['admit', 'suspend', 'reinstate', 'rotate-keys', 'validator', 'policy', 'upgrade'];
const unknownKind = () => usage(`Say what to propose: ${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}.`);

/** What can be said without a ledger: whether the words begin with something that can be proposed, and name whom it is about. */
export function checkKind([kind, first]: readonly string[]): void {
  if (!KINDS.includes(kind)) throw unknownKind();
  if (first === undefined && ['suspend', 'reinstate', 'validator'].includes(kind!)) throw usage(`Say which organisation: propose ${kind} ID.`);
}

/** Of an organisation by itself. */
export async function rotationFrom(file: string | undefined): Promise<RotateKeys> {
  const rotation = { op: 'membership.rotate-keys', ...(await memberFile(file ?? '', ['org', ...KEYS])) };
  const problem = fieldProblem(actionField, rotation);
  if (problem !== undefined) throw usage(`Not new keys: ${problem}.`);
  return rotation as unknown as RotateKeys;
}

const KEYS = ['signingKey', 'hpkeKey', 'tlsKey'] as const;

/** Of what `careledger governance keys` writes, these fields; keys are in hexadecimal. */
async function memberFile(file: string, names: readonly string[]): Promise<Record<string, unknown>> {
  if (file === '') throw usage('Say the file with the organisation’s keys, as "careledger governance keys" writes it.');
  const json = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `There is no file ${file}.` }));
  });
  const parsed = parsedMap(json, file);
  return Object.fromEntries(names.map((name) => [name, name.endsWith('Key') ? hex(String(parsed[name]), name) : parsed[name]]));
}

function parsedMap(json: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw usage(`${file} is not a JSON object.`);
}

function changedPolicy({ votingPeriodMs, ...now }: GovernancePolicy, changes: readonly string[]): Record<string, unknown> {
  const policy: Record<string, unknown> = { ...now, votingPeriod: votingPeriodMs };
  if (changes.length === 0) throw usage('Say what to change, e.g. numerator=2 denominator=3.');
  for (const change of changes) {
    const [name, value] = change.split('=', 2) as [string, string | undefined];
    if (value === undefined || !(name in policy))
      throw usage(`Not a change of the policy: ${change}.`, `Its fields: ${Object.keys(policy).join(', ')}.`);
    policy[name] = typeof policy[name] === 'number' ? number(value, name) : value;
  }
  return policy;
}

export function number(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw usage(`${what} is a whole number.`);
  return Number(text);
}

function hex(text: string, what: string): Uint8Array {
  try {
    return fromHex(text);
  } catch {
    throw usage(`${what} is in hexadecimal digits.`);
  }
}
