/** What validators did against the rules, as the engine proves it in its blocks and as this node saw it. Kept for the operator: the newest, over restarts. */
import { fromHex, fromUtf8, toHex, utf8 } from '../../../base/bytes.ts';
import type { Misbehaviour } from '../../../ledger/engine-status.ts';
import { getValue } from '../../../ledger/state/tree.ts';
import { consensusKeyAt } from '../../../ledger/validators/state.ts';
import { MisbehaviorType, type Misbehavior } from '../../abci/codec.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import type { Suspicion } from '../suspicion.ts';

const NOTE = 'misbehaviour';
const KEPT = 100;

export interface MisbehaviourLog {
  /** Newest first. */
  readonly list: readonly Misbehaviour[];
  /** What a block proves. */
  add(reported: readonly Misbehavior[]): void;
  /** Proposals that followed from another ledger than the one that was decided. Answers with what was not known yet. */
  addSeen(seen: readonly Suspicion[]): readonly Misbehaviour[];
}

export function misbehaviourLog(disk: LedgerDisk): MisbehaviourLog {
  const noted = disk.noted(NOTE);
  let list: readonly Misbehaviour[] = noted ? decode(fromUtf8(noted)) : [];

  function keep(told: readonly Misbehaviour[]): readonly Misbehaviour[] {
    const known = new Set(list.map(nameOf));
    const fresh = told.filter((each) => !known.has(nameOf(each)));
    if (fresh.length === 0) return fresh;
    list = [...fresh.toReversed(), ...list].slice(0, KEPT);
    disk.note(NOTE, utf8(encode(list)));
    return fresh;
  }

  return {
    get list() {
      return list;
    },
    add(reported) {
      keep(reported.map((each) => misbehaviourOf(disk, each)));
    },
    addSeen: (seen) => keep(seen.map(({ address, height, time }) => ({ kind: 'wrong-app-hash', ...whose(disk, address), height, time }))),
  };
}

const nameOf = ({ kind, key, height }: Misbehaviour): string => `${kind} ${toHex(key)} ${height}`;

/** The key and organisation of a validator's address; of one that nobody here has heard of, the address for the key. */
function whose({ state, store }: LedgerDisk, address: Uint8Array): Pick<Misbehaviour, 'key' | 'organisation'> {
  const known = consensusKeyAt({ get: (key) => getValue(store.nodes, state.root, utf8(key)) }, address);
  return { key: known?.key ?? Uint8Array.from(address), organisation: known?.org };
}

function misbehaviourOf(disk: LedgerDisk, { type, validator, height, time }: Misbehavior): Misbehaviour {
  return {
    kind:
      type === MisbehaviorType.DUPLICATE_VOTE ? 'duplicate-vote' : type === MisbehaviorType.LIGHT_CLIENT_ATTACK ? 'light-client-attack' : 'unknown',
    ...whose(disk, validator.address),
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
