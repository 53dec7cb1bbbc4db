/** `network.json` beside the homes that were made together: who is in the network, and where their homes and nodes are. */
import { join } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { OrganisationKind } from '../contract/network.ts';
import { organisationErrors } from './errors.ts';
import { readJson } from './files.ts';

export interface NetworkFile {
  readonly format: 1;
  readonly network: string;
  readonly chainId: string;
  readonly organisations: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: OrganisationKind;
    /** Folder beside this file. */
    readonly home: string;
    readonly url: string;
  }[];
}

export const NETWORK_FILE = 'network.json';

const isFile = (value: unknown): value is NetworkFile => {
  const { format, chainId, organisations } = (value ?? {}) as Partial<Record<keyof NetworkFile, unknown>>;
  if (format !== 1 || typeof chainId !== 'string' || !Array.isArray(organisations)) return false;
  return (organisations as Partial<Record<string, unknown>>[]).every(({ id, home, url }) =>
    [id, home, url].every((each) => typeof each === 'string'),
  );
};

/** `organisation.no-network`, `organisation.incomplete`. */
export async function readNetworkFile(directory: string): Promise<Result<NetworkFile>> {
  const path = join(directory, NETWORK_FILE);
  const incomplete = (why: string) => fail(codedError(organisationErrors, 'organisation.incomplete', { message: `${path} cannot be used: ${why}.` }));
  try {
    const value = await readJson(path);
    if (value === undefined)
      return fail(codedError(organisationErrors, 'organisation.no-network', { message: `There is no network in ${directory}.` }));
    return isFile(value) ? ok(value) : incomplete('it is not the file of a network');
  } catch (cause) {
    return incomplete((cause as Error).message);
  }
}
