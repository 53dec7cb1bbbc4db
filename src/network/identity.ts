/** What a node needs of its own to take part in the channel. */
import type { LedgerClient } from '../ledger/client.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { Directory } from './directory.ts';
import type { Sign } from './envelope.ts';

export interface ChannelIdentity {
  readonly organisation: string;
  readonly chainId: LedgerClient['chainId'];
  /** With the organisation's signing key on the ledger (Ed25519). */
  readonly sign: Sign;
  readonly authority: CertificateAuthority;
  readonly directory: Directory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
