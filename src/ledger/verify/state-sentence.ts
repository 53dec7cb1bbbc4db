/** What a key of the state and its value, or that it has none, mean at a block: one plain sentence. */
import { fromUtf8 } from '../../base/bytes.ts';
import { timeText } from '../../base/time-text.ts';
import { decodeGrant, isGrantOpen, type Grant } from '../grants/state.ts';

interface Moment {
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const GRANT_KEY = /^grants\/([0-9a-f]{64})$/;
const DAY_MS = 86_400_000;

export function stateSentence(key: Uint8Array, value: Uint8Array | undefined, at: Moment): string {
  const name = keyText(key);
  const [, grant] = GRANT_KEY.exec(name) ?? [];
  if (grant !== undefined) return grantSentence(grant, value, at);
  return value === undefined
    ? `The state had no value for “${name}” at block ${at.height}, made ${timeText(at.time)}.`
    : `The state had a value of ${value.length} bytes for “${name}” at block ${at.height}, made ${timeText(at.time)}.`;
}

function grantSentence(id: string, value: Uint8Array | undefined, at: Moment): string {
  const block = `block ${at.height}, made ${timeText(at.time)}`;
  if (value === undefined) return `Grant ${id} was not open at ${block}: there was no such grant.`;
  const grant = decodeGrant(value);
  if (!grant.ok) return `The state had something for grant ${id} at ${block} that is no grant.`;
  if (isGrantOpen(grant.value, at.time))
    return `Grant ${id} was open at ${block}: opened by block ${grant.value.openedHeight}, its last day is ${dayText(grant.value)}.`;
  return grant.value.closedHeight === 0
    ? `Grant ${id} was not open at ${block}: its last day was ${dayText(grant.value)}.`
    : `Grant ${id} was not open at ${block}: it was closed by block ${grant.value.closedHeight}, made ${timeText(grant.value.closedTime)}.`;
}

const dayText = ({ expiryDay }: Grant): string => timeText(expiryDay * DAY_MS).slice(0, 10);

/** Keys are UTF-8; one that is not is shown as what it is. */
function keyText(key: Uint8Array): string {
  try {
    return fromUtf8(key);
  } catch {
    return `${key.length} bytes that are no text`;
  }
}
