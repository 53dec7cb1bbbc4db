import { fromHex, toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { BlockDetail, BlockList, BlockSummary, TransactionDetail } from '../../contract/explorer.ts';
import { decodeBlock } from '../../ledger/block/block.ts';
import { decodeConsensusSeal } from '../../ledger/block/seal.ts';
import { transactionHash } from '../../ledger/transaction/transaction.ts';
import type { TransactionView } from '../../ledger/client.ts';
import { gatewayErrors } from '../errors.ts';
import type { Answer, BytesBody, Handler, JsonScope } from '../json-scope.ts';
import { param, wholeNumber } from '../parameters.ts';
import type { ExplorerDependencies } from './dependencies.ts';
import { namesNow } from './names.ts';
import { blockSummary, decode, transactionSummary } from './view.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 25;
export const open = (body: unknown): Result<Answer> => ok({ public: 'The ledger tells nothing about people.', body });
const missing = () => fail(codedError(gatewayErrors, 'gateway.not-found'));

export function blockRoutes(scope: JsonScope, deps: ExplorerDependencies): void {
  const { ledger, directory, index } = deps;

  const blocks: Handler = async (request) => {
    const query = request.query as Readonly<Record<string, unknown>>;
    const head = ledger.head().height;
    const before = Math.min(wholeNumber(query['before']) ?? head + 1, head + 1);
    const limit = Math.min(Math.max(wholeNumber(query['limit']) ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
    const names = await namesNow(directory, index);
    const list: BlockSummary[] = [];
    for (let height = before - 1; height >= 0 && list.length < limit; height--) {
      const block = await ledger.block(height);
      if (block) list.push(blockSummary(block, names));
    }
    return open({ head, blocks: list } satisfies BlockList);
  };

  const block: Handler = async (request) => {
    const height = wholeNumber(param(request, 'height'));
    const found = height === undefined ? undefined : await ledger.block(height);
    if (!found) return missing();
    const names = await namesNow(directory, index);
    const decoded = decodeBlock(found.bytes);
    const first = found.logSize - found.transactions.length;
    const detail: BlockDetail = {
      ...blockSummary(found, names),
      previousHash: toHex(found.previousHash),
      appHash: toHex(found.appHash),
      stateRoot: toHex(found.stateRoot),
      logRoot: toHex(found.logRoot),
      logSize: found.logSize,
      ...sealShown(decoded.ok ? decoded.value.seal : undefined),
      list: found.transactions.map((bytes, at) =>
        transactionSummary({ hash: transactionHash(bytes), height: found.height, logIndex: first + at, bytes }, found.time, names),
      ),
    };
    return open(detail);
  };

  const byHash = async (text: string): Promise<TransactionView | undefined> =>
    /^[0-9a-f]{64}$/.test(text) ? ledger.transaction(fromHex(text)) : undefined;

  const transaction: Handler = async (request) => {
    const found = await byHash(param(request, 'hash'));
    const holder = found && (await ledger.block(found.height));
    if (!found || !holder) return missing();
    const decoded = decode(found.bytes);
    const detail: TransactionDetail = {
      ...transactionSummary(found, holder.time, await namesNow(directory, index)),
      expiryHeight: decoded?.expiryHeight ?? 0,
      signature: decoded ? toHex(decoded.signature) : '',
    };
    return open(detail);
  };

  const bytes =
    (of: (found: TransactionView) => Promise<Uint8Array>, kind: string): Handler =>
    async (request) => {
      const found = await byHash(param(request, 'hash'));
      if (!found) return missing();
      return open({
        bytes: await of(found),
        type: 'application/cbor',
        fileName: `${kind}-${toHex(found.hash).slice(0, 16)}.cbor`,
      } satisfies BytesBody);
    };

  scope.route('GET', '/explorer/api/blocks', blocks);
  scope.route('GET', '/explorer/api/blocks/:height', block);
  scope.route('GET', '/explorer/api/transactions/:hash', transaction);
  scope.route(
    'GET',
    '/explorer/api/transactions/:hash/raw',
    bytes(async (found) => found.bytes, 'transaction'),
  );
  scope.route(
    'GET',
    '/explorer/api/transactions/:hash/receipt',
    bytes((found) => ledger.receipt(found.logIndex), 'ledger-receipt'),
  );
}

/** A signature, or where the consensus has the block. */
function sealShown(seal: Uint8Array | undefined): Pick<BlockDetail, 'signature' | 'consensusHeight'> {
  const consensusHeight = seal && decodeConsensusSeal(seal);
  return consensusHeight === undefined ? { signature: seal ? toHex(seal) : '', consensusHeight: null } : { signature: '', consensusHeight };
}
