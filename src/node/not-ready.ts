/** What keeps a ledger from being current here: in words, or undefined when nothing does. */
import type { CodedError } from '../base/result.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { EngineStatus } from '../ledger/engine-status.ts';

type NotReady = Pick<CodedError, 'code' | 'message'>;

export function notReadyOf({ failure, consensus }: Pick<EngineStatus, 'failure' | 'consensus'>): NotReady | undefined {
  if (failure) return failure;
  if (consensus?.catchingUp !== true) return undefined;
  const message = `This node is fetching blocks that the others have; it is at consensus height ${consensus.height}.`;
  return { code: 'engine.catching-up', message };
}

export const notReady = async (ledger: Pick<LedgerClient, 'engine'>): Promise<NotReady | undefined> => notReadyOf(await ledger.engine());
