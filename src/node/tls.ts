/** The TLS certificate of a node's own HTTP: files of its operator, looked at before they are used, and again when they were renewed. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { codedError } from '../base/errors.ts';
import { fail, ok, type CodedError, type Result } from '../base/result.ts';
import { nodeErrors } from './errors.ts';

/** PEM. The certificate of this server comes first in its file, those that lead to its authority follow. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** Whether it is for this host name or address. */
  isFor(host: string): boolean;
}

/** TLS 1.2 (RFC 5246) is the oldest that is still let in (RFC 9325, section 3.1.1). */
export const tlsOptions = ({ cert, key }: TlsMaterial) => ({ cert, key, minVersion: 'TLSv1.2' }) as const;

/** `node.tls-file`, `node.tls-mismatch`, `node.tls-expired`. */
export async function openTls({ certificate: certificateFile, key: keyFile }: TlsFiles, now: number): Promise<Result<TlsMaterial>> {
  const [cert, key] = [await pem(certificateFile), await pem(keyFile)];
  if (!cert.ok) return cert;
  if (!key.ok) return key;
  const certificate = parsed(certificateFile, 'a certificate', () => new X509Certificate(cert.value));
  if (!certificate.ok) return certificate;
  if (/ENCRYPTED/.test(key.value)) return fail(unusable(`The key in ${keyFile} has a passphrase: write it without one.`));
  const privateKey = parsed(keyFile, 'a private key', (): KeyObject => createPrivateKey(key.value));
  if (!privateKey.ok) return privateKey;
  if (!certificate.value.checkPrivateKey(privateKey.value)) {
    const message = `The key in ${keyFile} is not the one of the first certificate in ${certificateFile}.`;
    return fail(codedError(nodeErrors, 'node.tls-mismatch', { message }));
  }
  const { validFrom, validTo } = certificate.value;
  if (now < Date.parse(validFrom)) return fail(notValid(`The certificate in ${certificateFile} is valid only from ${day(validFrom)} on.`));
  if (now >= Date.parse(validTo)) return fail(notValid(`The certificate in ${certificateFile} has expired on ${day(validTo)}.`));
  // What OpenSSL does not take for a server: keys that are too small, chains that are cut off.
  const context = parsed(certificateFile, 'what a server can use', () => createSecureContext({ cert: cert.value, key: key.value }));
  if (!context.ok) return context;
  return ok({
    cert: cert.value,
    key: key.value,
    expires: Date.parse(validTo),
    isFor: (host) => (isIP(host) === 0 ? certificate.value.checkHost(host) : certificate.value.checkIP(host)) !== undefined,
  });
}

const unusable = (message: string): CodedError => codedError(nodeErrors, 'node.tls-file', { message });
const notValid = (message: string): CodedError => codedError(nodeErrors, 'node.tls-expired', { message });
const day = (text: string): string => new Date(Date.parse(text)).toISOString().slice(0, 10);

async function pem(file: string): Promise<Result<string>> {
  try {
    return ok(await readFile(file, 'utf8'));
  } catch (cause) {
    return fail(unusable(`${file} cannot be read: ${(cause as Error).message}`));
  }
}

function parsed<T>(file: string, what: string, parse: () => T): Result<T> {
  try {
    return ok(parse());
  } catch (cause) {
    return fail(unusable(`${file} is not ${what} in PEM: ${(cause as Error).message}.`));
  }
}
