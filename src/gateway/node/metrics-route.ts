/**
 * `GET /metrics` for Prometheus. Where others have a way in of their own, only this machine is told: how much there is of what is nobody else's
 * business.
 */
import type { FastifyInstance } from 'fastify';
import { codedError } from '../../base/errors.ts';
import { gatewayErrors } from '../errors.ts';
import { sendProblem } from '../json-scope.ts';
import { isFromElsewhere } from '../this-machine.ts';
import { metricsText, type Metric } from './metrics.ts';

export function metricsRoute(app: FastifyInstance, metrics: () => Promise<readonly Metric[]>): void {
  app.get('/metrics', async (request, reply) => {
    if (isFromElsewhere(request)) return sendProblem(reply, codedError(gatewayErrors, 'gateway.not-found'));
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(await metrics()));
  });
}
