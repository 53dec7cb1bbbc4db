/** The keys of one organisation, derived from its root: one purpose, one key. */
import { ed25519PublicKey } from '#ed25519';
import { toHex } from '../base/bytes.ts';
import { hpkeKeyPair, type HpkeKeyPair } from './hpke.ts';
import { deriveKey, type RootKey } from './root-key.ts';

export interface OrganisationKeys {
  readonly organisation: string;
  /** Ed25519 seed that signs ledger transactions and blocks. */
  readonly ledgerSeed: Uint8Array;
  readonly ledgerPublicKey: Uint8Array;
  /** X25519 key to which others encrypt (RFC 9180). */
  readonly hpke: HpkeKeyPair;
  /** Seeds of the access-token signing key (Ed25519) and of the mTLS certificate authority. */
  readonly tokenSeed: Uint8Array;
  readonly tlsSeed: Uint8Array;
  /** Wraps content keys. */
  readonly contentKek: Uint8Array;
  /** Wraps log keys, which live on when content keys are destroyed. */
  readonly logKek: Uint8Array;
  /** Names content keys on disk: a keyed hash of purpose and patient. */
  readonly keyTagKey: Uint8Array;
  /** Makes the blinders of the log's batches. */
  readonly batchKey: Uint8Array;
  /** Seals sort keys and the dictionary, authenticates cursors. */
  readonly sortKey: Uint8Array;
  readonly dictionaryKey: Uint8Array;
  readonly cursorKey: Uint8Array;
  /** Hexadecimal key of the blind index of a space; spaces never share a token. */
  indexKey(space: string): string;
  /** Keys of later layers (sharing, custodial grants): `purpose` is a fixed text, `subject` tells them apart. */
  derive(purpose: string, subject?: string): Uint8Array;
}

export async function organisationKeys(root: RootKey, organisation: string): Promise<OrganisationKeys> {
  const main = await root.derive(`organisation/${organisation}`);
  const derive = (purpose: string, subject = ''): Uint8Array => deriveKey(main, `careledger/1/${purpose}\u0000${subject}`);
  const ledgerSeed = derive('ledger');
  return {
    organisation,
    ledgerSeed,
    ledgerPublicKey: ed25519PublicKey(ledgerSeed),
    hpke: await hpkeKeyPair(derive('hpke')),
    tokenSeed: derive('tokens'),
    tlsSeed: derive('tls'),
    contentKek: derive('content-kek'),
    logKek: derive('log-kek'),
    keyTagKey: derive('key-tag'),
    batchKey: derive('batches'),
    sortKey: derive('sort'),
    dictionaryKey: derive('dictionary'),
    cursorKey: derive('cursor'),
    indexKey: (space) => toHex(derive('index', space)),
    derive: (purpose, subject) => derive(`upper/${purpose}`, subject),
  };
}
