/** What stands between an organisation's HTTP and everybody else: its own TLS, a proxy, or nothing, and then only this machine reaches it. */
import { resolve } from 'node:path';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { HttpFront } from '../node/serve-http.ts';
import type { TlsFiles } from '../node/tls.ts';
import { organisationErrors } from './errors.ts';
import type { HomeFile } from './home-file.ts';
import { isLoopback, localHost, localPort } from './ports.ts';

/** Of one start, instead of what `careledger.json` says. */
export interface HttpChoice {
  /** Address to listen on. */
  readonly host?: string | undefined;
  /** Base URL under which others reach the node. */
  readonly url?: string | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly behindProxy?: boolean | undefined;
}

export const chosen = (file: HomeFile, { host, url, tls, behindProxy }: HttpChoice): HomeFile => ({
  ...file,
  ...(url === undefined ? {} : { url }),
  ...(tls === undefined ? {} : { tls }),
  ...(behindProxy === true ? { behindProxy } : {}),
  ...(host === undefined ? {} : { listen: { ...file.listen, httpHost: host } }),
});

/** `organisation.no-tls` */
export function frontOf(home: string, { tls, behindProxy, listen: { httpHost, http } }: HomeFile): Result<HttpFront | undefined> {
  const local = { host: localHost(httpHost), port: localPort(http) };
  if (tls) return ok({ kind: 'tls', files: { certificate: resolve(home, tls.certificate), key: resolve(home, tls.key) }, local });
  if (behindProxy === true) return ok({ kind: 'proxy', local });
  if (isLoopback(httpHost)) return ok(undefined);
  const message = `HTTP would be open to other machines on ${httpHost}, port ${http}, without TLS.`;
  return fail(codedError(organisationErrors, 'organisation.no-tls', { message }));
}

/** In words, where nobody elsewhere can reach the URL that they were told. */
export function unreachable({ url, listen: { httpHost, http } }: HomeFile, front: HttpFront | undefined): string | undefined {
  if (front || isLoopback(new URL(url).hostname)) return undefined;
  return (
    `its HTTP listens on ${httpHost}, port ${http}, for this machine only: nobody reaches ${url}, neither members nor witnesses. ` +
    'Give it a certificate (--tls-certificate FILE --tls-key FILE --listen ADDRESS), or put a proxy with TLS in front of it (--behind-proxy)'
  );
}
