/** What the explorer gives away to be checked without it: genesis, trust bundle, state receipts. */
import { toHex, utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { CodedException, fail, ok, unwrap, type CodedError, type Result } from '../../base/result.ts';
import type { Genesis } from '../../contract/explorer.ts';
import { decodeTrustBundle } from '../../ledger/attestation/trust-bundle.ts';
import { genesisHash } from '../../ledger/genesis/genesis.ts';
import { encodeStateReceipt } from '../../ledger/receipts/state-receipt.ts';
import { gatewayErrors } from '../errors.ts';
import type { Answer, BytesBody, Handler, JsonScope } from '../json-scope.ts';
import { wholeNumber } from '../parameters.ts';
import type { ExplorerDependencies } from './dependencies.ts';

const MAX_KEY_LENGTH = 512;

const open = (body: unknown): Result<Answer> => ok({ public: 'The ledger tells nothing about people.', body });
const file = (bytes: Uint8Array, fileName: string): BytesBody => ({ bytes, type: 'application/cbor', fileName });

export function proofRoutes(scope: JsonScope, { ledger }: ExplorerDependencies): void {
  const genesis: Handler = async () => {
    const { genesis: bytes, decodedGenesis } = unwrap(decodeTrustBundle(await ledger.trustBundle()));
    const { chainId, engine, time, proposer, validators } = decodedGenesis;
    return open({
      chainId,
      engine,
      time: new Date(time).toISOString(),
      genesisHash: toHex(genesisHash(bytes)),
      nodeKey: toHex(proposer),
      validators: validators.map(({ org, key, power }) => ({ organisation: org, key: toHex(key), power })),
    } satisfies Genesis);
  };

  /** `?key=` a state key, `&height=` a ledger height (default: the newest block). */
  const state: Handler = async (request) => {
    const query = request.query as Readonly<Record<string, unknown>>;
    const { key: name } = query;
    if (typeof name !== 'string' || name === '' || name.length > MAX_KEY_LENGTH || !name.isWellFormed()) return bad('Say which key of the state.');
    const height = query['height'] === undefined ? ledger.head().height : wholeNumber(query['height']);
    if (height === undefined) return bad('The height is not a number.');
    const key = utf8(name);
    const proven = await ledger.prove(key, height).catch(asProblem);
    if ('code' in proven) return fail(proven);
    return open(file(encodeStateReceipt(key, proven.value, proven.proof), `state-receipt-${height}.cbor`));
  };

  scope.route('GET', '/explorer/api/genesis', genesis);
  scope.route('GET', '/explorer/api/trust', async () => open(file(await ledger.trustBundle(), `${ledger.chainId}-trust.cbor`)));
  scope.route('GET', '/explorer/api/state', state);
}

const bad = (message: string) => fail(codedError(gatewayErrors, 'gateway.bad-request', { message }));

/** A height that there is not, or not any more, is the asker's to know. */
function asProblem(cause: unknown): CodedError {
  if (!(cause instanceof CodedException)) throw cause;
  const { code, message, hint } = cause;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
