/** What a module's rule sees and may do. A rule decides about one operation, and says no with a coded error. */
import type { CodedError } from '../../base/result.ts';

/** State keys are UTF-8 text: `<module>/<name>`. */
export interface StateView {
  get(key: string): Uint8Array | undefined;
}

export interface StateDraft extends StateView {
  put(key: string, value: Uint8Array): void;
}

/** The block that the operation is going to be in; `time` in milliseconds since 1970, as the header will say. */
export interface BlockContext {
  readonly chainId: string;
  readonly height: number;
  readonly time: number;
}

/** Who acts: the authority of the genesis or an active member that sent the transaction, or all members by the votes they cast. */
export type Sender =
  | { readonly kind: 'authority' }
  | { readonly kind: 'members' }
  | { readonly kind: 'member'; readonly org: string; readonly isRegulator: boolean };

export interface RuleContext extends BlockContext {
  readonly state: StateDraft;
  readonly sender: Sender;
}

/** Undefined: the operation holds and its effects are in `context.state`. The effects of a refused operation are thrown away by the caller. */
export type Rule<O> = (operation: O, context: RuleContext) => CodedError | undefined;
