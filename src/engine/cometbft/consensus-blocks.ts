/** Light blocks from the engine's own store: consensus header, commit and validators at a height. */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { MAX_VALIDATORS, type LightBlock, type Validator } from '../../ledger/light/light-block.ts';
import { lightBlockOfJson, validatorsOfJson } from '../../ledger/light/rpc-json.ts';
import { cometbftErrors } from './errors.ts';
import type { RpcClient } from './rpc/client.ts';

export interface ConsensusBlocks {
  /** The engine's own answer, for other engines that follow this chain; only what is public about blocks may be asked. */
  ask(method: ReadableMethod, params: Readonly<Record<string, string>>): Promise<Result<unknown>>;
  /** `cometbft.unreachable`, `cometbft.refused` (the height is not there yet, or not any more), `ledger.malformed`. */
  at(height: number): Promise<Result<LightBlock>>;
  validatorsAt(height: number): Promise<Result<readonly Validator[]>>;
}

export const readableMethods = ['commit', 'validators', 'consensus_params'] as const;
export type ReadableMethod = (typeof readableMethods)[number];

const PAGE = 100;
/** Sets of validators change rarely. */
const KEPT_SETS = 16;

export function consensusBlocks(rpc: RpcClient): ConsensusBlocks {
  const known = new Map<string, readonly Readonly<Record<string, unknown>>[]>();

  async function listAt(height: number): Promise<Result<readonly Readonly<Record<string, unknown>>[]>> {
    const all: Readonly<Record<string, unknown>>[] = [];
    for (let page = 1; page <= Math.ceil(MAX_VALIDATORS / PAGE); page++) {
      const answer = await rpc.call('validators', { height: String(height), page: String(page), per_page: String(PAGE) });
      if (!answer.ok) return answer;
      const { validators, total } = answer.value as { validators?: unknown; total?: unknown };
      if (!Array.isArray(validators)) return fail(codedError(cometbftErrors, 'cometbft.refused', { data: { cause: 'no list of validators' } }));
      all.push(...(validators as Readonly<Record<string, unknown>>[]));
      if (all.length >= Number(total)) break;
    }
    return ok(all);
  }

  return {
    async at(height) {
      const answer = await rpc.call('commit', { height: String(height) });
      if (!answer.ok) return answer;
      const signed = (answer.value as { readonly signed_header?: { readonly header?: { readonly validators_hash?: unknown } } }).signed_header;
      const name = String(signed?.header?.validators_hash);
      let validators = known.get(name);
      if (!validators) {
        const list = await listAt(height);
        if (!list.ok) return list;
        validators = list.value;
        if (known.size >= KEPT_SETS) known.delete(known.keys().next().value!);
        known.set(name, validators);
      }
      return lightBlockOfJson(signed, validators);
    },
    ask: (method, params) => rpc.call(method, params),
    async validatorsAt(height) {
      const list = await listAt(height);
      return list.ok ? validatorsOfJson(list.value) : list;
    },
  };
}
