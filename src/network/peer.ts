/** Who is at the other end of a TLS connection: the organisation whose authority, as registered on the ledger, signed the certificate. */
import type { X509Certificate } from 'node:crypto';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { publicKeyObject } from './certificates.ts';
import type { Directory } from './directory.ts';
import { networkErrors } from './errors.ts';

const refused = (message: string) => fail(codedError(networkErrors, 'network.certificate', { message }));

/** The organisation that the certificate names (`URI:urn:careledger:organisation:<id>`); not yet believed. */
function namedOrganisation(certificate: X509Certificate): string | undefined {
  const names = (certificate.subjectAltName ?? '').split(', ');
  if (names.length !== 1) return undefined;
  return /^URI:urn:careledger:organisation:([a-z][a-z0-9-]{0,63})$/.exec(names[0]!)?.[1];
}

/**
 * The id of the peer. TLS itself has proven that the peer holds the certificate's key; this proves that the certificate is the
 * organisation's. `network.certificate`, `network.unknown-member`, `network.suspended`.
 */
export async function identifyPeer(certificate: X509Certificate | undefined, directory: Directory, now: number): Promise<Result<string>> {
  if (!certificate) return refused('The peer showed no certificate.');
  const organisation = namedOrganisation(certificate);
  if (organisation === undefined) return refused('The certificate names no organisation.');
  const member = await directory.activeMember(organisation);
  if (!member.ok) return member;
  if (certificate.ca || !certificate.keyUsage?.length) return refused('The certificate is not one for a connection.');
  if (!(Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo)))
    return refused('The certificate is outside its time of validity.');
  try {
    if (!certificate.verify(publicKeyObject(member.value.tlsKey)))
      return refused(`The certificate was not issued by ${organisation}’s key on the ledger.`);
  } catch {
    return refused(`The TLS key of ${organisation} on the ledger cannot be used.`);
  }
  return ok(organisation);
}
