/** Which ports an organisation takes, from the one of its HTTP interfaces. */
import type { HomeFile } from './home-file.ts';

export const CHANNEL = 1_000;
export const CONSENSUS = 2_000;
const CONSENSUS_METRICS = 3_000;
export const MAX_ORGANISATIONS = 64;
export const MAX_BASE_PORT = 65_535 - CONSENSUS_METRICS - MAX_ORGANISATIONS;

const LOOPBACK = /^(localhost|127\..*|::1)$/;

/** `host`: under which the others reach it. HTTP stays on this machine: a proxy with TLS is to be put in front. */
export const homeListening = (host: string, http: number): Pick<HomeFile, 'url' | 'listen'> => ({
  url: `http://${host.includes(':') ? `[${host}]` : host}:${http}`,
  listen: {
    httpHost: '127.0.0.1',
    http,
    host: LOOPBACK.test(host) ? host : '0.0.0.0',
    channel: http + CHANNEL,
    consensus: http + CONSENSUS,
    consensusMetrics: http + CONSENSUS_METRICS,
  },
});
