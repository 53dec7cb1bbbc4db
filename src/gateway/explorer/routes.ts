/** The explorer's JSON interface (`src/contract/explorer.ts`); on every node and on the hub. */
import type { FastifyInstance } from 'fastify';
import { jsonScope } from '../json-scope.ts';
import { blockRoutes, open } from './blocks.ts';
import type { ExplorerDependencies } from './dependencies.ts';
import { governanceRoutes } from './governance.ts';
import { liveRoute } from './live.ts';
import { organisationRoutes } from './organisations.ts';
import { proofRoutes } from './proofs.ts';
import { searchRoute } from './search.ts';

export async function explorerRoutes(app: FastifyInstance, deps: ExplorerDependencies): Promise<void> {
  await jsonScope(app, deps.onError, (scope) => {
    blockRoutes(scope, deps);
    proofRoutes(scope, deps);
    organisationRoutes(scope, deps);
    governanceRoutes(scope, deps);
    scope.route('GET', '/explorer/api/witnesses', async () => open(await deps.witnesses()));
    scope.route('GET', '/explorer/api/search', searchRoute(deps));
    scope.instance.get('/explorer/api/live', liveRoute(deps));
  });
}
