/** `/operator/api`: the state of this node for whoever runs it. Only refusals are logged: it is asked every few seconds and says nothing of anybody. */
import type { FastifyInstance } from 'fastify';
import type { AccessPoint } from '../../access/access-point.ts';
import { ok } from '../../base/result.ts';
import type { OperatorStatus } from '../../contract/operator.ts';
import { jsonScope } from '../json-scope.ts';

export interface OperatorDependencies {
  readonly organisation: string;
  readonly access: AccessPoint;
  readonly status: () => Promise<OperatorStatus>;
  readonly onError: (cause: unknown) => void;
}

export async function operatorRoutes(app: FastifyInstance, { organisation, access, status, onError }: OperatorDependencies): Promise<void> {
  await jsonScope(app, onError, (scope) => {
    scope.route('GET', '/operator/api/status', async (request) => {
      const principal = await access.authenticate(request.headers.authorization);
      if (!principal.ok) return principal;
      const asked = { action: 'see-node', types: [], custodian: organisation } as const;
      const decision = await access.decide(principal.value, asked);
      if (decision.effect === 'permit') return ok({ public: 'How the node is doing; nothing about anybody.', body: await status() });
      return access.release({ principal: principal.value, request: asked, decision, through: 'node', touched: [], answer: () => undefined });
    });
  });
}
