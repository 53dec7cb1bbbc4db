/**
 * Query: what somebody asks through the engine's own interface. Read-only; whatever it is asked, it answers, with a code when it can't.
 *
 *   head         → CBOR { chainId, height, time, blockHash, appHash, stateRoot, logSize, logRoot, consensusHeight }
 *   state        data: a key, height: of the ledger (0: the newest), prove → the value; with `prove` the tree proof as proof operation
 *   receipt      data: a position in the transaction log, decimal → CBOR { header, seal, attestation: bstr | null, size, index, path }
 *   transaction  data: a hash → its signed bytes
 */
import { fromUtf8 } from '../../../base/bytes.ts';
import { encodeCbor } from '../../../base/cbor.ts';
import { codedError } from '../../../base/errors.ts';
import { CodedException } from '../../../base/result.ts';
import type { RequestQuery, ResponseQuery } from '../../abci/codec.ts';
import { engineErrors } from '../../disk/errors.ts';
import type { LedgerDisk } from '../../disk/ledger-disk.ts';
import { applicationErrors } from './errors.ts';
import { refusalOf } from './refusal.ts';

type Answer = Partial<ResponseQuery>;

const MAX_DATA_BYTES = 256;

export function queries(disk: LedgerDisk, consensusHeight: () => number): (request: RequestQuery) => Promise<Answer> {
  const paths: Readonly<Record<string, (request: RequestQuery) => Promise<Answer>>> = {
    async head() {
      const head = disk.head();
      return { value: encodeCbor({ ...head, consensusHeight: consensusHeight() }), height: BigInt(head.height) };
    },

    async state({ data, height, prove }) {
      const at = height === 0n ? disk.head().height : ledgerHeight(height);
      if (!prove) return { key: data, value: (await disk.get(data, at)) ?? NONE, height: BigInt(at) };
      const { value, tree } = disk.proveTree(data, at);
      return { key: data, value: value ?? NONE, height: BigInt(at), proofOps: { ops: [{ type: 'careledger:state', key: data, data: tree }] } };
    },

    async receipt({ data }) {
      const logIndex = positionOf(data);
      const height = disk.heightOf(logIndex);
      const { headerBytes, seal } = await disk.sealedHeader(height);
      const attestation = (await disk.attestation(height)) ?? null;
      const { size, index, path } = disk.inclusion(logIndex, height);
      return { value: encodeCbor({ header: headerBytes, seal, attestation, size, index, path }), height: BigInt(height) };
    },

    async transaction({ data }) {
      const found = await disk.transaction(data);
      if (!found) throw new CodedException(codedError(engineErrors, 'engine.unknown-transaction'));
      return { key: data, value: found.bytes, height: BigInt(found.height), index: BigInt(found.logIndex) };
    },
  };

  return async (request) => {
    try {
      const name = request.path.replace(/^\//, '');
      if (request.data.length > MAX_DATA_BYTES) throw badQuery(`data has more than ${MAX_DATA_BYTES} bytes`);
      if (!Object.hasOwn(paths, name)) throw badQuery(`the paths are ${Object.keys(paths).join(', ')}`);
      return await paths[name]!(request);
    } catch (cause) {
      const error = cause instanceof CodedException ? cause : codedError(engineErrors, 'engine.io', { message: (cause as Error).message });
      return refusalOf(error);
    }
  };
}

const NONE = new Uint8Array(0);

function ledgerHeight(height: bigint): number {
  if (height < 0n || height > BigInt(Number.MAX_SAFE_INTEGER)) throw new CodedException(codedError(engineErrors, 'engine.height-unknown'));
  return Number(height);
}

function positionOf(data: Uint8Array): number {
  const isDecimal = data.length >= 1 && data.length <= 15 && data.every((byte) => byte >= 0x30 && byte <= 0x39);
  if (!isDecimal) throw badQuery('data is not a position in the transaction log');
  return Number(fromUtf8(data));
}

const badQuery = (why: string): CodedException =>
  new CodedException(codedError(applicationErrors, 'cometbft.bad-query', { message: `The query can’t be answered: ${why}.` }));
