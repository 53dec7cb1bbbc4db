/** What the consensus starts from has to be what the ledger starts from. */
import { equalBytes, fromUtf8, toHex } from '../../../base/bytes.ts';
import { codedError } from '../../../base/errors.ts';
import { CodedException } from '../../../base/result.ts';
import { encodeGenesis, genesisHash } from '../../../ledger/genesis/genesis.ts';
import type { RequestInitChain, ResponseInitChain, ValidatorUpdate } from '../../abci/codec.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import { applicationErrors } from './errors.ts';

/**
 * The consensus genesis names the chain, the hash of the ledger's genesis (as `app_state`, hexadecimal) and the first validators; all must be
 * this ledger's. The app hash is that of the ledger's first block, which the genesis alone makes. Throws `cometbft.wrong-genesis`.
 */
export function initChain(
  { genesis, head }: LedgerDisk,
  { chainId, appStateBytes, validators, initialHeight }: RequestInitChain,
): Partial<ResponseInitChain> {
  if (chainId !== genesis.chainId) throw wrongGenesis(`its chain is ${chainId}, the ledger is ${genesis.chainId}`);
  if (textOf(appStateBytes) !== toHex(genesisHash(encodeGenesis(genesis))))
    throw wrongGenesis('its app state is not the hash of the ledger’s genesis');
  if (initialHeight !== 1n) throw wrongGenesis(`its first height is ${initialHeight}, not 1`);
  const expected = genesis.validators.map(({ key, power }) => updateOf({ key, power }));
  const isExpected = (one: ValidatorUpdate): boolean =>
    expected.some((other) => one.power === other.power && one.pubKey.ed25519 && equalBytes(one.pubKey.ed25519, other.pubKey.ed25519!));
  if (validators.length !== expected.length || !validators.every(isExpected)) throw wrongGenesis('its validators are others');
  return { validators: expected, appHash: head().appHash };
}

export const updateOf = ({ key, power }: { readonly key: Uint8Array; readonly power: number }): ValidatorUpdate => ({
  pubKey: { ed25519: key },
  power: BigInt(power),
});

function textOf(appState: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(appState));
  } catch {
    return undefined;
  }
}

const wrongGenesis = (why: string): CodedException =>
  new CodedException(
    codedError(applicationErrors, 'cometbft.wrong-genesis', { message: `The consensus engine was set up for another ledger: ${why}.` }),
  );
