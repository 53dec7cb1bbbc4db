/** What validators did against the rules, as the engine proves it in its blocks. Kept for the operator: the newest, over restarts. */
import { fromHex, fromUtf8, toHex, utf8 } from '../../../base/bytes.ts';
import type { Misbehaviour } from '../../../ledger/engine-status.ts';
import { getValue } from '../../../ledger/state/tree.ts';
import { consensusKeyAt } from '../../../ledger/validators/state.ts';
import { MisbehaviorType, type Misbehavior } from '../../abci/codec.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';

const NOTE = 'misbehaviour';
const KEPT = 100;

export interface MisbehaviourLog {
  /** Newest first. */
  readonly list: readonly Misbehaviour[];
  add(reported: readonly Misbehavior[]): void;
}

export function misbehaviourLog(disk: LedgerDisk): MisbehaviourLog {
  const noted = disk.noted(NOTE);
  let list: readonly Misbehaviour[] = noted ? decode(fromUtf8(noted)) : [];
  return {
    get list() {
      return list;
    },
    add(reported) {
      const known = new Set(list.map(nameOf));
      const fresh = reported.map((each) => misbehaviourOf(disk, each)).filter((each) => !known.has(nameOf(each)));
      if (fresh.length === 0) return;
      list = [...fresh.toReversed(), ...list].slice(0, KEPT);
      disk.note(NOTE, utf8(encode(list)));
    },
  };
}

const nameOf = ({ kind, key, height }: Misbehaviour): string => `${kind} ${toHex(key)} ${height}`;

function misbehaviourOf({ state, store }: LedgerDisk, { type, validator, height, time }: Misbehavior): Misbehaviour {
  const known = consensusKeyAt({ get: (key) => getValue(store.nodes, state.root, utf8(key)) }, validator.address);
  return {
    kind:
      type === MisbehaviorType.DUPLICATE_VOTE ? 'duplicate-vote' : type === MisbehaviorType.LIGHT_CLIENT_ATTACK ? 'light-client-attack' : 'unknown',
    key: known?.key ?? Uint8Array.from(validator.address),
    organisation: known?.org,
    height: Number(height),
    time: Number(time.seconds) * 1000 + Math.trunc(time.nanos / 1_000_000),
  };
}

const encode = (list: readonly Misbehaviour[]): string => JSON.stringify(list.map((each) => ({ ...each, key: toHex(each.key) })));

const decode = (text: string): readonly Misbehaviour[] =>
  (JSON.parse(text) as (Omit<Misbehaviour, 'key'> & { readonly key: string })[]).map((each) => ({
    ...each,
    organisation: each.organisation,
    key: fromHex(each.key),
  }));
