/** What every organisation of a network serves beside its node's own interfaces. */
import type { FastifyInstance } from 'fastify';
import type { CometLedger } from '../engine/cometbft/comet-ledger.ts';
import { transactionRoutes } from '../gateway/ledger/transactions.ts';
import { consensusRoute } from './consensus-route.ts';
import type { HomeFile } from './home-file.ts';
import { introductionRoute } from './introduction.ts';
import type { NodeKeys } from './organisation-seeds.ts';
import { statusRoute } from './status-route.ts';

export interface OrganisationParts {
  readonly file: HomeFile;
  readonly keys: NodeKeys;
  readonly ledger: CometLedger;
  readonly onError: (cause: unknown) => void;
}

export async function organisationRoutes(server: FastifyInstance, { file, keys, ledger, onError }: OrganisationParts): Promise<void> {
  await transactionRoutes(server, ledger, onError);
  await consensusRoute(server, ledger.consensus);
  introductionRoute(server, file, keys, ledger.genesis);
  statusRoute(server, file.organisation.id, ledger);
}
