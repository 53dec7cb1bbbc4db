/** Certificates for tests: an authority (Ed25519), and certificates of servers (ECDSA P-256) that it issues for names and addresses. */
import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { utf8 } from '../../src/base/bytes.ts';
import * as der from '../../src/network/der.ts';

const DAY_MS = 86_400_000;
const ED25519 = der.sequence(der.oid('1.3.101.112'));
const nameOf = (text: string): Uint8Array => der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.text(text))));
const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));
const pem = (bytes: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END CERTIFICATE-----\n`;

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly from: number;
  readonly to: number;
  readonly extensions: readonly Uint8Array[];
}

function issue({ subject, issuer, publicKey, signer, from, to, extensions }: Wanted): string {
  const body = der.sequence(
    der.explicit(0, der.integer(Uint8Array.of(2))),
    der.integer(randomBytes(16)),
    ED25519,
    nameOf(issuer),
    der.sequence(der.time(from), der.time(to)),
    nameOf(subject),
    new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    der.explicit(3, der.sequence(...extensions)),
  );
  return pem(der.sequence(body, ED25519, der.bits(new Uint8Array(sign(null, body, signer)))));
}

const alternative = (host: string): Uint8Array =>
  isIP(host) === 4 ? der.implicit(7, Uint8Array.from(host.split('.').map(Number))) : der.implicit(2, utf8(host));

export interface TestAuthority {
  readonly certificate: string;
  /** Certificate and key in PEM; `days` from now on, negative: expired. */
  server(hosts: readonly string[], days?: number, fromDays?: number): { readonly certificate: string; readonly key: string };
  /** The same as files `NAME.crt` and `NAME.key`. */
  files(folder: string, name: string, hosts: readonly string[]): { readonly certificate: string; readonly key: string };
}

export function testAuthority(): TestAuthority {
  const { privateKey } = generateKeyPairSync('ed25519');
  const issuer = 'Test authority';
  const certificate = issue({
    subject: issuer,
    issuer,
    publicKey: createPublicKey(privateKey),
    signer: privateKey,
    from: Date.now() - 40 * DAY_MS,
    to: Date.now() + 40 * DAY_MS,
    extensions: [extension('2.5.29.19', true, der.sequence(der.boolean(true))), extension('2.5.29.15', true, der.bits(Uint8Array.of(0x06), 1))],
  });
  const server: TestAuthority['server'] = (hosts, days = 30, fromDays = -1) => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      certificate: issue({
        subject: hosts[0]!,
        issuer,
        publicKey: own.publicKey,
        signer: privateKey,
        from: Date.now() + fromDays * DAY_MS,
        to: Date.now() + days * DAY_MS,
        extensions: [
          extension('2.5.29.19', true, der.sequence()),
          extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
          extension('2.5.29.17', false, der.sequence(...hosts.map(alternative))),
        ],
      }),
      key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    };
  };
  return {
    certificate,
    server,
    files(folder, name, hosts) {
      const made = server(hosts);
      const files = { certificate: path.join(folder, `${name}.crt`), key: path.join(folder, `${name}.key`) };
      writeFileSync(files.certificate, made.certificate);
      writeFileSync(files.key, made.key, { mode: 0o600 });
      return files;
    },
  };
}
