import { ok, type Result } from '../base/result.ts';
import { hasLedger } from '../engine/disk/create-ledger.ts';
import { createGenesis } from '../engine/embedded/create-genesis.ts';
import { openEmbeddedLedger } from '../engine/embedded/open.ts';
import { sandboxGenesis } from './ledger-genesis.ts';
import type { SandboxLedger, SandboxLedgerParts } from './ledger-parts.ts';

/** One ledger in this process, which everybody sees. */
export async function openEmbeddedSandboxLedger({ network, members, retain }: SandboxLedgerParts, directory: string): Promise<Result<SandboxLedger>> {
  if (!hasLedger(directory)) {
    const genesis = sandboxGenesis(network, members, { engine: 'embedded', proposer: network.ledgerPublicKey, validators: [] });
    const created = await createGenesis(directory, genesis, network.ledgerSeed);
    if (!created.ok) return created;
  }
  const opened = await openEmbeddedLedger({
    directory,
    nodeSeed: network.ledgerSeed,
    ...(retain ? { retain, askBeforePruning: members.length } : {}),
  });
  if (!opened.ok) return opened;
  const ledger = opened.value;
  return ok({ hub: ledger, of: () => ledger, ready: async () => undefined, close: () => ledger.close() });
}
