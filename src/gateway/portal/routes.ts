/** The portal's JSON interface of one node (`src/contract/portal.ts`). */
import type { FastifyInstance } from 'fastify';
import { jsonScope } from '../json-scope.ts';
import { accessesRoute } from './accesses.ts';
import { bannerRoute } from './banner.ts';
import { composer } from './compose.ts';
import type { PortalDependencies } from './dependencies.ts';
import { createDesk } from './desk.ts';
import { exportRoute } from './export.ts';
import { meRoute, organisationsRoute } from './me.ts';
import { patientsRoute } from './patients.ts';
import { proofRoutes } from './proofs.ts';
import { requestRoutes } from './requests.ts';
import { shareRoutes } from './shares.ts';
import { timelineRoute } from './timeline.ts';

export async function portalRoutes(app: FastifyInstance, deps: PortalDependencies): Promise<void> {
  const desk = createDesk(deps);
  const records = composer(deps.reader);
  deps.sharing.writer.onAppended((unit) => records.forget(unit));
  await jsonScope(app, deps.onError, (scope) => {
    scope.route('GET', '/portal/api/me', meRoute(desk));
    scope.route('GET', '/portal/api/organisations', organisationsRoute(desk));
    scope.route('GET', '/portal/api/patients', patientsRoute(desk));
    scope.route('GET', '/portal/api/patients/:id', bannerRoute(desk, records));
    scope.route('GET', '/portal/api/patients/:id/timeline', timelineRoute(desk, records));
    scope.route('GET', '/portal/api/patients/:id/accesses', accessesRoute(desk));
    scope.route('GET', '/portal/api/patients/:id/export', exportRoute(desk));
    shareRoutes(scope, desk, records);
    requestRoutes(scope, desk);
    proofRoutes(scope, desk);
  });
}
