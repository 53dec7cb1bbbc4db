/** Records that a share no longer covers, as they are named to the grantee: neither their content nor why. */
import type { Cbor } from '../../base/cbor.ts';
import { hasExactly, isUint } from '../../base/shape.ts';
import type { RecordKey } from '../../records/model.ts';

export interface WithdrawnRecord extends RecordKey {
  /** The custodian's version from which on the share does not cover it, and that version's position in the custodian's log. */
  readonly version: number;
  readonly sequence: number;
}

/** In one message, and in one page. */
export const MAX_WITHDRAWN = 200;

export const isRecordType = (value: unknown): value is string => typeof value === 'string' && /^[A-Z][A-Za-z]{1,63}$/.test(value);
export const isRecordId = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(value);

function isWithdrawn(value: unknown): value is WithdrawnRecord {
  if (!hasExactly(value, ['type', 'id', 'version', 'sequence'])) return false;
  const { type, id, version, sequence } = value;
  return isRecordType(type) && isRecordId(id) && isUint(version) && version > 0 && isUint(sequence);
}

/** A list of 1 to `MAX_WITHDRAWN`. */
export const areWithdrawn = (value: unknown): value is readonly WithdrawnRecord[] =>
  Array.isArray(value) && value.length > 0 && value.length <= MAX_WITHDRAWN && value.every(isWithdrawn);

export const encodableWithdrawn = (records: readonly WithdrawnRecord[]): Cbor =>
  records.map(({ type, id, version, sequence }) => ({ type, id, version, sequence }));
