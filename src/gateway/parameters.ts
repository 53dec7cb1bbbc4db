import type { FastifyRequest } from 'fastify';

/** A parameter of the address; empty when there is none. */
export const param = (request: FastifyRequest, name: string): string => (request.params as Readonly<Record<string, string | undefined>>)[name] ?? '';

/** An integer from 0, in decimal digits; undefined for anything else. */
export const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
