/** Whom a verification believes: a genesis file that was got beforehand, else the genesis in the data directory. Never the evidence itself. */
import { readFile } from 'node:fs/promises';
import { fromHex } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { CodedException, unwrap } from '../base/result.ts';
import type { Genesis } from '../contract/explorer.ts';
import { knownSet, type Trust } from '../ledger/attestation/trust.ts';
import { inOrder } from '../ledger/light/validator-set.ts';
import { genesisOf } from '../sandbox/genesis.ts';
import { cliErrors } from './errors.ts';

export async function trustOf(file: string | undefined, dataDirectory: string): Promise<Trust> {
  if (file === undefined) {
    const genesis = unwrap(
      await genesisOf(dataDirectory).catch(() => {
        throw new CodedException(codedError(cliErrors, 'cli.no-trust'));
      }),
    );
    const { chainId, proposer, validators } = genesis;
    return proposer.length > 0 ? { chainId, nodeKey: proposer } : { chainId, validators: [knownSet(1, inOrder(validators))] };
  }
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new CodedException(codedError(cliErrors, 'cli.no-file', { message: `${file} cannot be read: ${cause.message}` }));
  });
  try {
    const { chainId, nodeKey } = JSON.parse(text) as Partial<Genesis>;
    if (typeof chainId === 'string' && typeof nodeKey === 'string') return { chainId, nodeKey: fromHex(nodeKey) };
  } catch {
    // Said below.
  }
  throw new CodedException(
    codedError(cliErrors, 'cli.no-trust', {
      message: `${file} is not a genesis: it needs chainId and nodeKey, as /explorer/api/genesis gives them.`,
    }),
  );
}
