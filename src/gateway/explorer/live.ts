/** `GET /explorer/api/live`: an event stream (WHATWG HTML, server-sent events) with every new block. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BlockView } from '../../ledger/client.ts';
import type { ExplorerDependencies } from './dependencies.ts';
import { namesNow } from './names.ts';
import { blockSummary } from './view.ts';

const HEARTBEAT = 15_000;
const MAX_STREAMS = 200;
/** A reader that does not read is let go: it comes back by itself. */
const MAX_UNREAD_BYTES = 256 * 1024;

export function liveRoute({
  directory,
  index,
  signal,
  onError,
}: ExplorerDependencies): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  let streams = 0;
  return async (request, reply) => {
    if (streams >= MAX_STREAMS) {
      await reply.code(503).header('retry-after', '10').send();
      return;
    }
    streams++;
    const ended = new AbortController();
    const either = AbortSignal.any([ended.signal, signal]);
    const headers = reply.getHeaders();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(headers as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 3000\n\n');
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT);
    heartbeat.unref();
    index.subscribe((block: BlockView) => {
      namesNow(directory, index)
        .then((names) => {
          if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
          if (!raw.destroyed) raw.write(`event: block\nid: ${block.height}\ndata: ${JSON.stringify(blockSummary(block, names))}\n\n`);
        })
        .catch(onError);
    }, either);
    request.raw.on('close', () => ended.abort());
    either.addEventListener(
      'abort',
      () => {
        streams--;
        clearInterval(heartbeat);
        raw.end();
      },
      { once: true },
    );
  };
}
