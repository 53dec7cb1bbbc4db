/**
 * `POST /ledger/api/transactions`: a signed transaction (CBOR) onto the ledger. Who may do what is in the transaction's signature and for
 * the ledger to decide, so nobody needs a token of this server; only this machine is listened to all the same.
 */
import type { FastifyInstance } from 'fastify';
import { toHex } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import { MAX_TRANSACTION_BYTES } from '../../ledger/transaction/schema.ts';
import { gatewayErrors } from '../errors.ts';
import { codedFrom, sendProblem } from '../json-scope.ts';
import { isFromThisMachine } from '../this-machine.ts';

export async function transactionRoutes(
  app: FastifyInstance,
  ledger: Pick<LedgerClient, 'submit'>,
  onError: (cause: unknown) => void,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: MAX_TRANSACTION_BYTES } as const;
    scope.addContentTypeParser('application/cbor', options, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, _request, reply) => {
      const coded = codedFrom(error);
      if (coded.code === 'gateway.internal') onError(error);
      return sendProblem(reply, coded);
    });
    scope.post('/ledger/api/transactions', async (request, reply) => {
      if (!isFromThisMachine(request)) return sendProblem(reply, codedError(gatewayErrors, 'gateway.not-found'));
      const { body } = request;
      if (!(body instanceof Uint8Array)) return sendProblem(reply, codedError(gatewayErrors, 'gateway.media-type'));
      const committed = await ledger.submit(new Uint8Array(body));
      if (!committed.ok) return sendProblem(reply, committed.error);
      const { hash, height, logIndex, time } = committed.value;
      return { hash: toHex(hash), height, logIndex, time: new Date(time).toISOString() };
    });
  });
}
