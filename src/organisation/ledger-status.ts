/** `GET /organisation/api/status`: the ledger and its engine as this node sees them, for whoever runs it: from the same machine only. */
import { toHex } from '../base/bytes.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { EngineStatus } from '../ledger/engine-status.ts';

/** Keys and hashes in hexadecimal. */
export interface LedgerStatus {
  readonly organisation: string;
  readonly chainId: string;
  readonly height: number;
  readonly time: string;
  readonly appHash: string;
  readonly engine: Omit<EngineStatus, 'validators' | 'misbehaviour'> & {
    readonly validators: readonly (Omit<EngineStatus['validators'][number], 'key'> & { readonly key: string })[];
    readonly misbehaviour: readonly (Omit<EngineStatus['misbehaviour'][number], 'key'> & { readonly key: string })[];
  };
}

const hexKey = <T extends { readonly key: Uint8Array }>(one: T): Omit<T, 'key'> & { readonly key: string } => ({ ...one, key: toHex(one.key) });

export async function ledgerStatus(organisation: string, ledger: Pick<LedgerClient, 'chainId' | 'head' | 'engine'>): Promise<LedgerStatus> {
  const { height, time, appHash } = ledger.head();
  const engine = await ledger.engine();
  return {
    organisation,
    chainId: ledger.chainId,
    height,
    time: new Date(time).toISOString(),
    appHash: toHex(appHash),
    engine: { ...engine, validators: engine.validators.map(hexKey), misbehaviour: engine.misbehaviour.map(hexKey) },
  };
}
