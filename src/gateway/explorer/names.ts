import { toHex } from '../../base/bytes.ts';
import type { Directory } from '../../network/directory.ts';
import type { BlockIndex } from './block-index.ts';
import type { Names } from './view.ts';

/** Names as of now, for one answer. */
export async function namesNow(directory: Directory, index: BlockIndex): Promise<Names> {
  const members = await directory.members();
  const byId = new Map(members.map(({ org, name }) => [org, name]));
  const byKey = new Map(members.map(({ org, signingKey }) => [toHex(signingKey), org]));
  return {
    nameOf: (id) => byId.get(id) ?? id,
    senderOf(key) {
      const id = byKey.get(key) ?? index.organisationOfKey(key);
      return id === undefined ? { id: '', name: `Key ${key.slice(0, 8)}…` } : { id, name: byId.get(id) ?? id };
    },
  };
}
