/** Which ports an organisation takes, from the one of its HTTP interfaces. */
import { baseUrl } from '../node/serve-http.ts';
import type { HomeFile } from './home-file.ts';

export const CHANNEL = 1_000;
export const CONSENSUS = 2_000;
const CONSENSUS_METRICS = 3_000;
/** HTTP for this machine, where the port of HTTP itself is for others. */
const LOCAL = 4_000;
export const MAX_ORGANISATIONS = 64;
export const MAX_BASE_PORT = 65_535 - LOCAL - MAX_ORGANISATIONS;

const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)$/;
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** For what stays on this machine wherever HTTP listens: the engine's metrics, the node's own door. */
export const localHost = (httpHost: string): string => (isLoopback(httpHost) ? httpHost : '127.0.0.1');
export const localPort = (http: number): number => http + LOCAL;

/** For an engine's settings. */
export const hostAndPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * `host`: under which the others reach it. HTTP stays on this machine until it has TLS or a proxy in front, so what others are told is HTTPS. An IPv6
 * address is listened to where both kinds arrive.
 */
export const homeListening = (host: string, http: number, url?: string): Pick<HomeFile, 'host' | 'url' | 'listen'> => ({
  host,
  url: url ?? baseUrl(isLoopback(host) ? 'http' : 'https', host, http),
  listen: {
    httpHost: isLoopback(host) && host !== 'localhost' ? host : '127.0.0.1',
    http,
    host: isLoopback(host) ? host : host.includes(':') ? '::' : '0.0.0.0',
    channel: http + CHANNEL,
    consensus: http + CONSENSUS,
    consensusMetrics: http + CONSENSUS_METRICS,
  },
});
