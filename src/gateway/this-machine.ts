/** What only programs on the same machine are given: a node's own state, and the way onto its ledger. */
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by servers that know by which way a request came; undefined: only its address counts. */
    isFromHere?: boolean;
  }
}

const LOOPBACK = /^(?:(?:::ffff:)?127\.[\d.]+|::1)$/;
/** What proxies add: behind one, everybody has the address of this machine. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/** Came by the way that others take, where there is one of its own for this machine. */
export const isFromElsewhere = (request: FastifyRequest): boolean => request.isFromHere === false;

export const isFromThisMachine = (request: FastifyRequest): boolean =>
  request.isFromHere ?? (LOOPBACK.test(request.ip) && !FORWARDED.some((name) => request.headers[name] !== undefined));
