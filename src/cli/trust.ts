/**
 * Whom a verification believes: a file that was got beforehand, else the genesis in the data directory. Never the evidence itself. A file is a genesis
 * (as `/explorer/api/genesis` gives it, or CBOR) or a trust bundle; with a genesis, a bundle from anybody may lead on from it.
 */
import { readFile } from 'node:fs/promises';
import { equalBytes, fromHex, fromUtf8 } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { CodedException, unwrap } from '../base/result.ts';
import type { Genesis as GenesisJson } from '../contract/explorer.ts';
import { decodeTrustBundle, MAX_BUNDLE_BYTES } from '../ledger/attestation/trust-bundle.ts';
import { knownSet, type Trust } from '../ledger/attestation/trust.ts';
import { decodeGenesis } from '../ledger/genesis/decode-genesis.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../ledger/genesis/genesis.ts';
import { inOrder, validatorSetProblem } from '../ledger/light/validator-set.ts';
import { trustOfGenesis, verifyTrustBundle } from '../ledger/verify/trust-bundle.ts';
import { genesisOf } from '../sandbox/genesis.ts';
import { cliErrors } from './errors.ts';

export interface Believed {
  readonly trust: Trust;
  /** Unknown where only the names and keys of a genesis were given. */
  readonly genesisHash: Uint8Array | undefined;
  /** Of a genesis that was given whole. */
  readonly members?: Genesis['members'];
}

export const trustOf = async (file: string | undefined, dataDirectory: string): Promise<Trust> => (await believed(file, dataDirectory)).trust;

/** `bundle`: a trust bundle that is believed as far as it follows from the genesis. */
export async function believed(file: string | undefined, dataDirectory: string, bundle?: string): Promise<Believed> {
  const known = file === undefined ? ofGenesis(await genesisIn(dataDirectory)) : ofFile(file, await read(file));
  return bundle === undefined ? known : ledOn(known, bundle, await read(bundle));
}

async function genesisIn(dataDirectory: string): Promise<Genesis> {
  return unwrap(
    await genesisOf(dataDirectory).catch(() => {
      throw new CodedException(codedError(cliErrors, 'cli.no-trust'));
    }),
  );
}

function ofFile(file: string, bytes: Uint8Array): Believed {
  if (bytes[0] === '{'.charCodeAt(0)) return ofJson(file, bytes);
  const genesis = decodeGenesis(bytes);
  if (genesis.ok) return ofGenesis(genesis.value);
  return ofBundle(file, bytes, undefined);
}

function ofGenesis(genesis: Genesis): Believed {
  const trust = trustOfGenesis(genesis);
  if (typeof trust === 'string') throw noTrust(trust);
  return { trust, genesisHash: genesisHash(encodeGenesis(genesis)), members: genesis.members };
}

function ofJson(file: string, bytes: Uint8Array): Believed {
  try {
    const { chainId, nodeKey, validators, genesisHash: hash } = JSON.parse(fromUtf8(bytes)) as Partial<GenesisJson>;
    const known = typeof hash === 'string' ? fromHex(hash) : undefined;
    if (typeof chainId === 'string' && typeof nodeKey === 'string' && nodeKey !== '')
      return { trust: { chainId, nodeKey: fromHex(nodeKey) }, genesisHash: known };
    const set = inOrder((validators ?? []).map(({ key, power }) => ({ key: fromHex(key), power })));
    if (typeof chainId === 'string' && validatorSetProblem(set) === undefined)
      return { trust: { chainId, validators: [knownSet(1, set)] }, genesisHash: known };
  } catch {
    // Said below.
  }
  throw noTrust(`${file} is not a genesis: it needs chainId, and nodeKey or validators, as /explorer/api/genesis gives them.`);
}

function ofBundle(file: string, bytes: Uint8Array, known: Uint8Array | undefined): Believed {
  const { report, trust } = verifyTrustBundle(bytes, known);
  if (trust) return { trust, genesisHash: report.facts.genesisHash };
  const wrong = report.steps.find(({ state }) => state === 'failed');
  throw noTrust(`${file} is no genesis, and no trust bundle that holds: ${wrong?.detail ?? 'it can’t be checked.'}`);
}

/** A genesis that is known without its hash is compared by what it lets one believe. */
function ledOn({ trust, genesisHash: known }: Believed, file: string, bytes: Uint8Array): Believed {
  if (known === undefined) {
    const decoded = decodeTrustBundle(bytes);
    const start = decoded.ok ? trustOfGenesis(decoded.value.decodedGenesis) : undefined;
    if (typeof start !== 'object' || !sameTrust(start, trust)) throw noTrust(`${file} does not begin with the genesis that is trusted.`);
  }
  return ofBundle(file, bytes, known);
}

function sameTrust(a: Trust, b: Trust): boolean {
  if (a.chainId !== b.chainId) return false;
  if ('nodeKey' in a) return 'nodeKey' in b && equalBytes(a.nodeKey, b.nodeKey);
  return 'validators' in b && equalBytes(a.validators[0]!.hash, b.validators[0]!.hash);
}

async function read(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new CodedException(codedError(cliErrors, 'cli.no-file', { message: `${file} cannot be read: ${cause.message}` }));
  });
  if (bytes.length <= MAX_BUNDLE_BYTES) return new Uint8Array(bytes);
  throw noTrust(`${file} is too large for a genesis or a trust bundle.`);
}

const noTrust = (message: string): CodedException => new CodedException(codedError(cliErrors, 'cli.no-trust', { message }));
