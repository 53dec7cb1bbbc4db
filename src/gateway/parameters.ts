import type { FastifyRequest } from 'fastify';

/** A parameter of the address; empty when there is none. */
export const param = (request: FastifyRequest, name: string): string => (request.params as Readonly<Record<string, string | undefined>>)[name] ?? '';
