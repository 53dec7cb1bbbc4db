/** The node about itself: where things are, whether it lives and is ready, numbers for monitoring, verification and healing. */
import type { FastifyInstance } from 'fastify';
import type { AccessPoint } from '../../access/access-point.ts';
import type { Action } from '../../access/request.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, unwrap, type CodedError, type Result } from '../../base/result.ts';
import type { HealReport, VerificationReport, WellKnown } from '../../contract/network.ts';
import { gatewayErrors } from '../errors.ts';
import { jsonScope, type Answer, type Handler } from '../json-scope.ts';
import { metricsRoute } from './metrics-route.ts';
import type { Metric } from './metrics.ts';

export interface NodeDependencies {
  readonly organisation: string;
  readonly access: AccessPoint;
  wellKnown(): WellKnown;
  /** What keeps the node from being ready; undefined: it is. */
  notReady(): Promise<Pick<CodedError, 'code' | 'message'> | undefined>;
  metrics(): Promise<readonly Metric[]>;
  verify(): Promise<VerificationReport>;
  lastVerification(): VerificationReport | undefined;
  heal(): Promise<Result<HealReport>>;
  readonly onError: (cause: unknown) => void;
}

export async function nodeRoutes(app: FastifyInstance, deps: NodeDependencies): Promise<void> {
  const { organisation, access } = deps;

  /** Authenticated, decided, logged, and only then done: the work begins inside the release. */
  const guarded =
    (action: Action, work: () => Promise<unknown>): Handler =>
    async (request): Promise<Result<Answer>> => {
      const principal = await access.authenticate(request.headers.authorization);
      if (!principal.ok) return principal;
      const asked = { action, types: [], custodian: organisation } as const;
      const decision = await access.decide(principal.value, asked);
      return access.release({ principal: principal.value, request: asked, decision, through: 'node', touched: [], answer: work });
    };

  // Verification reads everything that is stored: one at a time is enough.
  let running: Promise<VerificationReport> | undefined;
  const verifyOnce = (): Promise<VerificationReport> => {
    running ??= deps.verify().finally(() => {
      running = undefined;
    });
    return running;
  };

  await jsonScope(app, deps.onError, (scope) => {
    scope.route('GET', '/.well-known/careledger', async () => ok({ public: 'Where a node’s interfaces are.', body: deps.wellKnown() }));
    scope.route('GET', '/healthz', async () => ok({ public: 'Whether the process lives.', body: { status: 'ok' } }));
    scope.route('GET', '/readyz', async () => {
      const why = await deps.notReady();
      return ok({
        public: 'Whether the node is ready.',
        body: why === undefined ? { status: 'ready', height: deps.wellKnown().height } : { status: 'not-ready', code: why.code, why: why.message },
        status: why === undefined ? 200 : 503,
      });
    });
    metricsRoute(scope.instance, () => deps.metrics());
    scope.route('POST', '/node/api/verify', guarded('verify', verifyOnce));
    scope.route('GET', '/node/api/verify', async (request) => {
      const last = deps.lastVerification();
      if (!last) {
        const principal = await access.authenticate(request.headers.authorization);
        return principal.ok ? fail(codedError(gatewayErrors, 'gateway.no-verification')) : principal;
      }
      return guarded('see-node', async () => last)(request);
    });
    scope.route(
      'POST',
      '/node/api/heal',
      guarded('heal', async () => unwrap(await deps.heal())),
    );
  });
}
