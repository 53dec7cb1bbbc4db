/** Who acts in `careledger governance`: an organisation with its signing key, through a process of its own that has the ledger open. */
import { randomBytes } from 'node:crypto';
import { unwrap } from '../../base/result.ts';
import type { WellKnown } from '../../contract/network.ts';
import type { Operation } from '../../ledger/operations.ts';
import { signTransaction } from '../../ledger/transaction/sign.ts';
import { existingKeys } from '../../sandbox/keys.ts';
import type { OrganisationKeys } from '../../vault/organisation-keys.ts';
import type { CommandContext } from '../command.ts';
import { askJson, organisationOf, runningSandbox } from '../sandbox-client.ts';

/** Blocks after the newest one in which the transaction may still come. */
const LIFETIME_BLOCKS = 1_000;

export interface Acting {
  readonly organisation: string;
  /** Of the process that answers, without a slash at its end. */
  readonly url: string;
  readonly keys: OrganisationKeys;
}

/** Where the ledger can be read: no key is needed for that. */
export const ledgerUrl = async (context: CommandContext): Promise<string> => (await runningSandbox(context)).hub;

export async function actingOrganisation(context: CommandContext): Promise<Acting> {
  const runtime = await runningSandbox(context);
  const { id } = organisationOf(runtime, context.text('org'));
  return { organisation: id, url: runtime.hub, keys: unwrap(await existingKeys(context.dataDirectory, id)) };
}

export interface CommittedAnswer {
  /** Hexadecimal. */
  readonly hash: string;
  readonly height: number;
  readonly logIndex: number;
  readonly time: string;
}

/** Signs the operation and waits until it is in a block; the ledger's own code when it is refused. */
export async function act({ url, keys }: Acting, operation: Operation, signal: AbortSignal): Promise<CommittedAnswer> {
  const { chainId, height } = await askJson<WellKnown>(`${url}/.well-known/careledger`, { signal });
  const unsigned = { chainId, expiryHeight: height + LIFETIME_BLOCKS, salt: new Uint8Array(randomBytes(8)), operations: [operation] };
  const body = new Uint8Array(signTransaction(unsigned, keys.ledgerSeed));
  return askJson<CommittedAnswer>(`${url}/ledger/api/transactions`, { method: 'POST', type: 'application/cbor', body, signal });
}
