/** CometBFT's key files, made from seeds of ours: who a validator is in the consensus, and who a machine is among its peers. */
import { ed25519PublicKey } from '#ed25519';
import { toHex } from '../../../base/bytes.ts';
import { addressOf } from '../../../ledger/light/validator-set.ts';

/** Names a machine in addresses of peers: `<node id>@<host>:<port>`. */
export const nodeIdOf = (publicKey: Uint8Array): string => toHex(addressOf(publicKey));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** Go's form of an Ed25519 private key: seed and public key together. */
const privateKey = (seed: Uint8Array): { type: string; value: string } => ({
  type: 'tendermint/PrivKeyEd25519',
  value: base64(Buffer.concat([seed, ed25519PublicKey(seed)])),
});

export const publicKeyJson = (publicKey: Uint8Array): { type: string; value: string } => ({
  type: 'tendermint/PubKeyEd25519',
  value: base64(publicKey),
});

export const nodeKeyFile = (seed: Uint8Array): string => `${JSON.stringify({ priv_key: privateKey(seed) })}\n`;

export function validatorKeyFile(seed: Uint8Array): string {
  const publicKey = ed25519PublicKey(seed);
  const address = toHex(addressOf(publicKey)).toUpperCase();
  return `${JSON.stringify({ address, pub_key: publicKeyJson(publicKey), priv_key: privateKey(seed) }, null, 2)}\n`;
}

/** What a validator has signed last; this one has signed nothing. The engine keeps it up to date, and never signs behind it. */
export const freshValidatorState = (): string => `${JSON.stringify({ height: '0', round: 0, step: 0 }, null, 2)}\n`;
