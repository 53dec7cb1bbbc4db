/** Ledgers for tests: organisations with keys made from labels, and transactions of theirs. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { sha256 } from '#sha256';
import { utf8 } from '../../src/base/bytes.ts';
import { encodeCbor, type Cbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';
import { createGenesis } from '../../src/engine/embedded/create-genesis.ts';
import type { EmbeddedLedger } from '../../src/engine/embedded/embedded-ledger.ts';
import { openEmbeddedLedger } from '../../src/engine/embedded/open.ts';
import type { EmbeddedOptions } from '../../src/engine/embedded/options.ts';
import type { Genesis } from '../../src/ledger/genesis/genesis.ts';
import type { Open } from '../../src/ledger/grants/operations.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { directPolicy } from '../../src/ledger/policy/policy.ts';
import type { Fields } from '../../src/ledger/schema/fields.ts';
import { bodyFields } from '../../src/ledger/transaction/schema.ts';
import { signTransaction } from '../../src/ledger/transaction/sign.ts';
import { operationsRoot } from '../../src/ledger/transaction/operation-tree.ts';
import { signingInput } from '../../src/ledger/transaction/transaction.ts';

export const seedOf = (label: string): Uint8Array => new Uint8Array(sha256(utf8(`key of ${label}`)));
export const keyOf = (label: string): Uint8Array => ed25519PublicKey(seedOf(label));

export const memberOf = (org: string, kind: Genesis['members'][number]['kind']) => ({
  org,
  name: `The ${org}`,
  kind,
  signingKey: keyOf(org),
  hpkeKey: keyOf(`${org} hpke`),
  tlsKey: keyOf(`${org} tls`),
});

export const NOW = Date.UTC(2026, 5, 1);
export const TODAY = NOW / 86_400_000;

export const genesis: Genesis = {
  chainId: 'test-ledger',
  time: NOW,
  engine: 'embedded',
  authority: keyOf('authority'),
  proposer: keyOf('node'),
  members: [memberOf('hospital', 'hospital'), memberOf('clinic', 'clinic'), memberOf('regulator', 'regulator')],
  validators: [],
  policy: directPolicy,
  previous: null,
};

/** The same with other members. */
export const genesisOf = (members: Genesis['members'], changes: Partial<Genesis> = {}): Genesis => ({ ...genesis, members, ...changes });

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export interface SignOptions {
  readonly expiryHeight?: number;
  readonly chainId?: string;
  readonly salt?: Uint8Array;
}

/** A transaction of an organisation (its label makes its key). */
export const transactionOf = (
  sender: string,
  operations: readonly Operation[],
  { expiryHeight = 1_000, chainId = genesis.chainId, salt = random(8) }: SignOptions = {},
): Uint8Array => signTransaction({ chainId, expiryHeight, salt, operations }, seedOf(sender));

/** Signs any body over any operations, as somebody would who does not use our encoder. Bytes are taken as they are, fields as `rawList` does. */
export function signRaw(
  sender: string,
  body: Readonly<Record<string, unknown>> | Uint8Array,
  operations: readonly unknown[] | Cbor = [openGrant()],
): Uint8Array {
  const list = rawOperations(operations);
  const bytes =
    body instanceof Uint8Array
      ? body
      : encodeCbor(
          rawList(bodyFields, { ...(Array.isArray(list) ? { operationCount: list.length, operationsRoot: operationsRoot(list) } : {}), ...body }),
        );
  return encodeCbor([bytes, ed25519Sign(seedOf(sender), signingInput(bytes)), list]);
}

const rawOperations = (operations: readonly unknown[] | Cbor): Uint8Array[] | Cbor =>
  Array.isArray(operations) ? operations.map((operation) => encodeCbor(operation as Cbor)) : (operations as Cbor);

/** What is there of the fields in their order, then whatever else there is: right or wrong. */
export const rawList = (fields: Fields, values: Readonly<Record<string, unknown>>): Cbor => {
  const described = Object.keys(fields).filter((name) => Object.hasOwn(values, name));
  const others = Object.keys(values).filter((name) => !Object.hasOwn(fields, name));
  return [...described, ...others].map((name) => values[name] as Cbor);
};

export const rawBody = (sender: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  v: 1,
  chainId: genesis.chainId,
  sender: keyOf(sender),
  expiryHeight: 1_000,
  salt: random(8),
  ...changes,
});

export const openGrant = (given: Partial<Omit<Open, 'op'>> = {}): Open => ({
  op: 'grants.open',
  id: random(32),
  commitment: random(32),
  controlKey: keyOf('control'),
  expiryDay: TODAY + 30,
  ...given,
});

/** A folder under the system's temporary one, removed with `using`. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'careledger-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export async function newLedger(directory: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedLedger> {
  unwrap(await createGenesis(directory, genesis, seedOf('node')));
  return openLedger(directory, options);
}

export const openLedger = async (directory: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedLedger> =>
  unwrap(await openEmbeddedLedger({ directory, nodeSeed: seedOf('node'), now: () => NOW, ...options }));
