/**
 * Writes the transactions that every implementation refuses by their bytes alone, each with the code: `node
 * test/vectors/transactions/generate-refused.ts`. Frozen, like all vectors. Each differs in one thing from one that is fine.
 */
import { writeFileSync } from 'node:fs';
import { toHex, utf8 } from '../../../src/base/bytes.ts';
import { sha256 } from '#sha256';
import { ed25519Sign } from '#ed25519';
import { encodeCbor, type Cbor } from '../../../src/base/cbor.ts';
import { operationsRoot } from '../../../src/ledger/transaction/operation-tree.ts';
import { signingInput } from '../../../src/ledger/transaction/transaction.ts';
import { genesis, keyOf, memberOf, seedOf } from '../../support/ledger.ts';

const fixed = (label: string, length = 32): Uint8Array => new Uint8Array(sha256(utf8(`vector: ${label}`))).subarray(0, length);

interface Parts {
  readonly operations: readonly unknown[];
  readonly body: Readonly<Record<string, unknown>>;
  /** What is made of the body's fields: a list of them, in this order. */
  readonly bodyForm: (fields: Readonly<Record<string, unknown>>) => Cbor;
  readonly signer: string;
  readonly signature: (made: Uint8Array) => Uint8Array;
  readonly envelope: (parts: readonly Cbor[]) => Cbor;
  readonly operationBytes: (bytes: Uint8Array) => Uint8Array;
}

const suspend = { op: 'membership.suspend', org: 'clinic' };
const propose = (action: unknown): Partial<Parts> => ({ operations: [{ op: 'governance.propose', action }] });

/** What is fine, changed in what is given. */
function transaction(changes: Partial<Parts> = {}): Uint8Array {
  const { operations, body, bodyForm, signer, signature, envelope, operationBytes }: Parts = {
    operations: [{ op: 'governance.propose', action: suspend }],
    body: {},
    bodyForm: (fields) => Object.values(fields) as Cbor[],
    signer: 'hospital',
    signature: (made) => made,
    envelope: (parts) => parts,
    operationBytes: (bytes) => bytes,
    ...changes,
  };
  const list = operations.map((operation) => operationBytes(encodeCbor(operation as Cbor)));
  const fields = {
    v: 1,
    chainId: genesis.chainId,
    sender: keyOf('hospital'),
    expiryHeight: 100,
    salt: fixed('salt', 8),
    operationCount: list.length,
    operationsRoot: operationsRoot(list),
  };
  const bodyBytes = encodeCbor(bodyForm({ ...fields, ...body }));
  return encodeCbor(envelope([bodyBytes, signature(ed25519Sign(seedOf(signer), signingInput(bodyBytes))), list]));
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

const refused: Readonly<Record<string, readonly [code: string, changes: Partial<Parts>]>> = {
  'signed by another key': ['ledger.bad-signature', { signer: 'clinic' }],
  'one bit of the signature': ['ledger.bad-signature', { signature: (made) => flipped(made, 3) }],
  'another ledger': ['ledger.wrong-chain', { body: { chainId: 'another' } }],
  'another version of the format': ['ledger.malformed', { body: { v: 2 } }],
  'a field outside the body': ['ledger.malformed', { body: { note: 'hello' } }],
  'a field of the body too few': ['ledger.malformed', { bodyForm: (fields) => (Object.values(fields) as Cbor[]).slice(0, -1) }],
  'a body whose fields have names': ['ledger.malformed', { bodyForm: (fields) => fields as Cbor }],
  'a short salt': ['ledger.malformed', { body: { salt: fixed('salt', 7) } }],
  'a sender that is no key': ['ledger.malformed', { body: { sender: fixed('sender', 31) } }],
  'another root': ['ledger.malformed', { body: { operationsRoot: fixed('root') } }],
  'another number of operations': ['ledger.malformed', { body: { operationCount: 2 } }],
  'no operations': ['ledger.malformed', { operations: [] }],
  'a short signature': ['ledger.malformed', { signature: (made) => made.subarray(0, 63) }],
  'a fourth part': ['ledger.malformed', { envelope: (parts) => [...parts, 0] }],
  'an operation that does not exist': ['ledger.unknown-operation', { operations: [{ op: 'notes.write', text: 'hello' }] }],
  'an operation with a field too many': ['ledger.malformed', { operations: [{ ...suspend, reason: 'hello' }] }],
  'an operation that lacks a field': ['ledger.malformed', { operations: [{ op: 'membership.suspend' }] }],
  'an operation whose keys are not in order': [
    'ledger.malformed',
    { operations: [suspend], operationBytes: () => new Uint8Array([0xa2, ...encodeCbor('org'), ...encodeCbor('clinic'), ...encodeCbor('op'), ...encodeCbor('membership.suspend')]) },
  ],
  'an organisation in capitals': ['ledger.malformed', { operations: [{ op: 'membership.suspend', org: 'Clinic' }] }],
  'a vote that is neither': ['ledger.malformed', { operations: [{ op: 'governance.vote', proposal: 1, vote: 'perhaps' }] }],
  'a proposal with a negative number': ['ledger.malformed', { operations: [{ op: 'governance.vote', proposal: -1, vote: 'approve' }] }],
  'an action with a field too many': ['ledger.malformed', propose({ ...suspend, reason: 'hello' })],
  'an action that lacks a field': ['ledger.malformed', propose({ op: 'membership.suspend' })],
  'an action that nobody decides on': ['ledger.malformed', propose({ op: 'membership.leave', org: 'clinic' })],
  'a proposal within a proposal': ['ledger.malformed', propose({ op: 'governance.propose', action: suspend })],
  'an action with a key of 31 bytes': ['ledger.malformed', propose({ op: 'membership.admit', ...memberOf('lab', 'clinic'), signingKey: fixed('key', 31) })],
  'no action': ['ledger.malformed', propose(null)],
};

export const refusedVectors = (): readonly { readonly name: string; readonly bytes: string; readonly code: string | null }[] => [
  { name: 'fine', bytes: toHex(transaction()), code: null },
  ...Object.entries(refused).map(([name, [code, changes]]) => ({ name, bytes: toHex(transaction(changes)), code })),
];

if (import.meta.main) writeFileSync(new URL('refused.json', import.meta.url), `${JSON.stringify(refusedVectors(), null, 1)}\n`);
