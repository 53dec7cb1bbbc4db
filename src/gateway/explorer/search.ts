/** `GET /explorer/api/search?q=`: a height, a hash or the first digits of one, a grant's id, an organisation. */
import { fromHex } from '../../base/bytes.ts';
import type { SearchHit } from '../../contract/explorer.ts';
import { grantStateKey } from '../../ledger/grants/state.ts';
import type { Handler } from '../json-scope.ts';
import { MIN_PREFIX, type Indexed } from './block-index.ts';
import { open } from './blocks.ts';
import type { ExplorerDependencies } from './dependencies.ts';
import { words } from './words.ts';

const LIMIT = 20;
const MAX_QUERY = 200;

const blockPath = (height: number): string => `/explorer/blocks/${height}`;

function hitOf({ kind, hash, height }: Indexed): SearchHit {
  switch (kind) {
    case 'block':
      return { kind: 'block', title: words.block(height), detail: hash, path: blockPath(height) };
    case 'state':
      return { kind: 'block', title: words.stateOf(height), detail: hash, path: blockPath(height) };
    case 'app':
      return { kind: 'block', title: words.appHashOf(height), detail: hash, path: blockPath(height) };
    case 'transaction':
      return { kind: 'transaction', title: words.transaction(hash), detail: words.inBlock(height), path: `/explorer/transactions/${hash}` };
    case 'grant':
      return { kind: 'grant', title: words.grant(hash), detail: words.grantOpened(height), path: `/explorer/grants/${hash}` };
  }
}

export function searchRoute({ ledger, directory, index }: ExplorerDependencies): Handler {
  /** Older than the index reaches: found by the whole hash. */
  const byWholeHash = async (hash: string): Promise<readonly SearchHit[]> => {
    const transaction = await ledger.transaction(fromHex(hash));
    if (transaction) return [hitOf({ kind: 'transaction', hash, height: transaction.height })];
    const grant = await ledger.get(grantStateKey(fromHex(hash)));
    return grant ? [{ kind: 'grant', title: words.grant(hash), detail: hash, path: `/explorer/grants/${hash}` }] : [];
  };

  return async (request) => {
    const query = (request.query as Readonly<Record<string, unknown>>)['q'];
    const q = typeof query === 'string' ? query.slice(0, MAX_QUERY).trim().toLowerCase() : '';
    const hits: SearchHit[] = [];
    if (/^\d{1,12}$/.test(q.replaceAll(',', ''))) {
      const height = Number(q.replaceAll(',', ''));
      const block = height <= ledger.head().height ? await ledger.block(height) : undefined;
      if (block)
        hits.push({ kind: 'block', title: words.block(height), detail: words.transactions(block.transactions.length), path: blockPath(height) });
    }
    const hex = q.replace(/^0x/, '');
    if (/^[0-9a-f]+$/.test(hex) && hex.length >= MIN_PREFIX && hex.length <= 64) {
      // An unchanged state root stands in many blocks: the newest is enough.
      const seen = new Set<string>();
      const found = index.find(hex, LIMIT * 10).filter(({ kind, hash }) => !seen.has(`${kind}/${hash}`) && seen.add(`${kind}/${hash}`));
      hits.push(...found.map(hitOf));
      if (found.length === 0 && hex.length === 64) hits.push(...(await byWholeHash(hex)));
    }
    if (q.length >= 2) {
      for (const { org, name, kind } of await directory.members()) {
        if (org.includes(q) || name.toLowerCase().includes(q))
          hits.push({ kind: 'organisation', title: name, detail: kind, path: `/explorer/organisations/${org}` });
      }
    }
    return open({ hits: hits.slice(0, LIMIT) });
  };
}
