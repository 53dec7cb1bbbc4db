/**
 * Which rules hold at a height: `protocol` in the state says what the members decided. A node whose software does not know them stops
 * before it would execute a block by other rules than everybody else.
 */
import { utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { unwrap, type CodedError, type Result } from '../../base/result.ts';
import { ledgerErrors } from '../errors.ts';
import type { StateDraft, StateView } from '../module/rule.ts';
import { counter, type ValuesOf } from '../schema/fields.ts';
import { defineValue } from '../schema/value.ts';
import { upgradeFields } from './operations.ts';

/** The versions whose rules this software executes. */
export const SUPPORTED_PROTOCOL_VERSIONS: readonly number[] = [1];

const FIRST_VERSION = 1;

export const protocolValue = defineValue({ ...upgradeFields, before: counter('Version of the protocol up to that height.') });
export type Protocol = ValuesOf<typeof protocolValue.fields>;

const protocolKey = 'protocol';

/** The state key as `LedgerClient.get` takes it. */
export const protocolStateKey: Uint8Array = utf8(protocolKey);

export const decodeProtocol = (bytes: Uint8Array): Result<Protocol> => protocolValue.decode(bytes);

/** The newest upgrade that was decided; undefined: the first version holds. */
function readProtocol(state: StateView): Protocol | undefined {
  const bytes = state.get(protocolKey);
  return bytes && unwrap(protocolValue.decode(bytes));
}

export const writeProtocol = (state: StateDraft, protocol: Protocol): void => state.put(protocolKey, protocolValue.encode(protocol));

/** The version whose rules make the block at `height`. */
export const protocolVersionAt = (state: StateView, height: number): number => versionAt(readProtocol(state), height);

/** The same from the newest upgrade; undefined: none was ever decided. */
export function versionAt(protocol: Protocol | undefined, height: number): number {
  if (!protocol) return FIRST_VERSION;
  return height > protocol.height ? protocol.version : protocol.before;
}

/**
 * Why this software can't make the block at `height`; undefined: it can. `ledger.upgrade-needed` (data: version, height).
 * An engine asks before it executes, says so and waits for its operator; `executeBlock` throws the same.
 */
export function upgradeNeeded(state: StateView, height: number, supported = SUPPORTED_PROTOCOL_VERSIONS): CodedError | undefined {
  const version = protocolVersionAt(state, height);
  if (supported.includes(version)) return undefined;
  return codedError(ledgerErrors, 'ledger.upgrade-needed', {
    message: `From height ${height} on the members decided for version ${version} of the protocol; this software knows ${supported.join(', ')}.`,
    data: { version, height },
  });
}
