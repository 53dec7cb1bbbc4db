/**
 * The HTTP side of a node: its server with what is in front of it. Where people and programs elsewhere reach it, by its own TLS or through a proxy,
 * programs on this machine have a door of their own: an address says nothing then, since behind a proxy everybody has the one of this machine.
 */
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ok, type Result } from '../base/result.ts';
import { createHttpServer, listen, listenForThisMachine, type HttpServerOptions } from './http-server.ts';
import { followRenewal } from './tls-renewal.ts';
import { openTls, type TlsFiles } from './tls.ts';

/** What stands between a node's HTTP and everybody else. */
export type HttpFront = ({ readonly kind: 'tls'; readonly files: TlsFiles; readonly lookEveryMs?: number } | { readonly kind: 'proxy' }) & {
  /** The door for this machine: plain HTTP on a loopback address; port 0: any. */
  readonly local: { readonly host: string; readonly port: number };
};

export interface HttpSide {
  readonly server: FastifyInstance;
  /** Listens; call when all routes are there. The URL for programs on this machine. `node.port-in-use`, `node.listen-failed`. */
  listen(host: string, port: number): Promise<Result<string>>;
  close(): Promise<void>;
}

export interface HttpSideOptions extends Omit<HttpServerOptions, 'tls' | 'isPublic'> {
  /** Undefined: only this machine reaches it. */
  readonly front: HttpFront | undefined;
  /** Base URL under which others reach it; a certificate for another name is told to `onError`. */
  readonly url: string;
  readonly now: () => number;
}

/** `node.tls-file`, `node.tls-mismatch`, `node.tls-expired`. */
export async function openHttpSide({ front, url, now, ...options }: HttpSideOptions): Promise<Result<HttpSide>> {
  const { onError } = options;
  const tls = front?.kind === 'tls' ? await openTls(front.files, now()) : undefined;
  if (tls?.ok === false) return tls;
  const server = createHttpServer({ ...options, ...(tls ? { tls: tls.value } : {}), isPublic: front !== undefined });
  const closers: (() => Promise<unknown> | void)[] = [() => server.close()];
  return ok({
    server,
    async listen(host, port) {
      const listening = await listen(server, host, port);
      if (!listening.ok) return listening;
      if (!front) return ok(baseUrl('http', host, (server.server.address() as AddressInfo).port));
      if (front.kind === 'tls') {
        const { files, lookEveryMs } = front;
        closers.push(followRenewal(server.server as unknown as Server, { files, url, everyMs: lookEveryMs, material: tls!.value, now, onError }));
      }
      const door = await listenForThisMachine(server, front.local, onError);
      if (!door.ok) return door;
      closers.push(() => door.value.close());
      return ok(baseUrl('http', front.local.host, door.value.port));
    },
    async close() {
      while (closers.length > 0) await closers.pop()!();
    },
  });
}

/** An IPv6 address stands in brackets (RFC 3986, section 3.2.2). */
export const baseUrl = (scheme: 'http' | 'https', host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
