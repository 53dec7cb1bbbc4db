/** How often each validator's signature is missing from the newest commits that were looked at. */
import { toHex } from '../../base/bytes.ts';
import { millisecondsOf, type LightBlock } from '../../ledger/light/light-block.ts';
import { addressOf } from '../../ledger/light/validator-set.ts';

export interface SignatureRecord {
  look(block: LightBlock): void;
  of(address: Uint8Array): {
    readonly missed: number;
    readonly lookedAt: number;
    readonly lastSigned: { readonly height: number; readonly time: number } | undefined;
  };
}

const KEPT_COMMITS = 100;

export function signatureRecord(): SignatureRecord {
  const commits = new Map<number, { readonly time: number; readonly signed: ReadonlySet<string>; readonly asked: ReadonlySet<string> }>();
  return {
    look({ header, commit, validators }) {
      const signed = new Set(commit.votes.flatMap((vote) => (vote.flag === 'commit' ? [toHex(vote.address)] : [])));
      commits.set(header.height, { time: millisecondsOf(header.time), signed, asked: new Set(validators.map(({ key }) => toHex(addressOf(key)))) });
      if (commits.size > KEPT_COMMITS) commits.delete(Math.min(...commits.keys()));
    },
    of(address) {
      const name = toHex(address);
      const looked = [...commits].filter(([, { asked }]) => asked.has(name));
      const last = looked.filter(([, { signed }]) => signed.has(name)).toSorted(([a], [b]) => b - a)[0];
      return {
        missed: looked.filter(([, { signed }]) => !signed.has(name)).length,
        lookedAt: looked.length,
        lastSigned: last && { height: last[0], time: last[1].time },
      };
    },
  };
}
