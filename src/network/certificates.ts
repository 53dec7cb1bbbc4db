/**
 * TLS certificates of the channel (RFC 5280). Each organisation is its own authority: the public half of an Ed25519 key is on the ledger
 * (`tlsKey`, a SubjectPublicKeyInfo), and signs leaf certificates that live for a day. There is no other trust root, so nobody but the
 * organisation can issue a certificate that its peers accept.
 */
import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { ed25519PublicKey, ed25519Sign } from '#ed25519';
import { concat, fromHex, utf8 } from '../base/bytes.ts';
import * as der from './der.ts';

const SPKI_ED25519 = fromHex('302a300506032b6570032100');
const ED25519 = der.sequence(der.oid('1.3.101.112'));
export const LEAF_LIFETIME = 24 * 3600_000;
/** A peer's clock may be behind. */
const BACKDATED = 5 * 60_000;

export interface CertificateAuthority {
  readonly organisation: string;
  /** SubjectPublicKeyInfo (DER), as registered on the ledger. */
  readonly publicKey: Uint8Array;
  /** Ed25519 signature (64 bytes). */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** SubjectPublicKeyInfo (DER) of the authority with this 32-byte seed: what goes on the ledger. */
export const authorityPublicKey = (seed: Uint8Array): Uint8Array => concat(SPKI_ED25519, ed25519PublicKey(seed));

/** The organisation's authority from a 32-byte Ed25519 seed. */
export const certificateAuthority = (organisation: string, seed: Uint8Array): CertificateAuthority => ({
  organisation,
  publicKey: authorityPublicKey(seed),
  sign: (message) => ed25519Sign(seed, message),
});

/** A leaf certificate with its key, in PEM as Node's TLS takes them. */
export interface Leaf {
  readonly certificate: string;
  readonly privateKey: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** The name in the certificate: a URI of this network, since organisations are known by id and not by host. */
const organisationUri = (organisation: string): string => `urn:careledger:organisation:${organisation}`;

const commonName = (name: string): Uint8Array => der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.text(name))));
const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));

/** No authority, digital signatures only, both directions of TLS, and the organisation's URI as only alternative name. */
const extensions = (organisation: string): Uint8Array =>
  der.sequence(
    extension('2.5.29.19', true, der.sequence()),
    extension('2.5.29.15', true, der.bits(Uint8Array.of(0x80), 7)),
    extension('2.5.29.37', true, der.sequence(der.oid('1.3.6.1.5.5.7.3.1'), der.oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.17', false, der.sequence(der.implicit(6, utf8(organisationUri(organisation))))),
  );

/** A fresh key (ECDSA P-256) and a certificate for it, valid for 24 hours from `now`. */
export function issueLeaf(authority: CertificateAuthority, now: number): Leaf {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const expires = now + LEAF_LIFETIME;
  const body = der.sequence(
    der.explicit(0, der.integer(Uint8Array.of(2))),
    der.integer(randomBytes(16)),
    ED25519,
    commonName(`${authority.organisation} authority`),
    der.sequence(der.time(now - BACKDATED), der.time(expires)),
    commonName(authority.organisation),
    new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' })),
    der.explicit(3, extensions(authority.organisation)),
  );
  const certificate = der.sequence(body, ED25519, der.bits(authority.sign(body)));
  const lines = Buffer.from(certificate)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    expires,
  };
}

/** The key object of a SubjectPublicKeyInfo; throws when it is not one. */
export const publicKeyObject = (spki: Uint8Array): KeyObject => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
