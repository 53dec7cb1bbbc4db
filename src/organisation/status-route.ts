import type { FastifyInstance } from 'fastify';
import { codedError } from '../base/errors.ts';
import { gatewayErrors } from '../gateway/errors.ts';
import { isFromThisMachine } from '../gateway/this-machine.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { sendProblem } from '../node/problem.ts';
import { ledgerStatus } from './ledger-status.ts';

export const STATUS_PATH = '/organisation/api/status';

export function statusRoute(server: FastifyInstance, organisation: string, ledger: LedgerClient): void {
  server.get(STATUS_PATH, async (request, reply) => {
    if (!isFromThisMachine(request)) return sendProblem(reply, codedError(gatewayErrors, 'gateway.not-found'));
    return reply.header('cache-control', 'no-store').send(await ledgerStatus(organisation, ledger));
  });
}
