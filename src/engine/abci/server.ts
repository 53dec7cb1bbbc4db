/** An ABCI 2.0 server on a unix socket. */
import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AbciApplication } from './application.ts';
import { serveConnection, type Connection, type ConnectionLimits } from './connection.ts';

export interface AbciServerOptions {
  /** Of the socket, at most 100 bytes. A socket there that nobody listens on is replaced. */
  readonly path: string;
  readonly application: AbciApplication;
  readonly limits?: Partial<AbciLimits>;
  /** Closes the server, as `close` does. */
  readonly signal?: AbortSignal;
  /** Told of every connection that ends: `error` says why, when it was not the engine that closed it in good order. */
  readonly onDisconnect?: (error: Error | undefined) => void;
}

export interface AbciLimits extends ConnectionLimits {
  /** CometBFT opens four. */
  readonly connections: number;
}

export interface AbciServer {
  readonly path: string;
  /** How many there are now. */
  readonly connections: number;
  /** Takes no more requests; resolves when those on their way are answered (or `closingMs` have passed) and everything is closed. */
  close(): Promise<void>;
}

/** Room for a block of 8 MiB, or a chunk of a snapshot of 16 MB, with what is around it. */
const defaults: AbciLimits = {
  requestBytes: 32 * 1024 * 1024,
  pendingRequests: 512,
  pendingBytes: 8 * 1024 * 1024,
  connections: 16,
  closingMs: 5_000,
};

/** What the operating system can take in a name of a socket. */
const MAX_PATH_BYTES = 100;

/** Listens when it resolves. Rejects when the path is too long, in use, or can't be made. */
export async function serveAbci({ path, application, limits, signal, onDisconnect }: AbciServerOptions): Promise<AbciServer> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new RangeError(`the path of a socket has at most ${MAX_PATH_BYTES} bytes: ${path}`);
  const settings = { ...defaults, ...limits };
  const open = new Set<Connection>();
  await removeStaleSocket(path);
  const server = createServer({ allowHalfOpen: true }, accept);
  server.maxConnections = settings.connections;
  await listen(server, path);
  await chmod(path, 0o600);

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown());
  signal?.addEventListener('abort', () => void close(), { once: true });
  if (signal?.aborted) await close();

  return {
    path,
    get connections() {
      return open.size;
    },
    close,
  };

  function accept(socket: Socket): void {
    const connection = serveConnection(socket, application, settings);
    open.add(connection);
    void connection.closed.then((error) => {
      open.delete(connection);
      onDisconnect?.(error);
    });
  }

  async function shutDown(): Promise<void> {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    const all = [...open];
    for (const connection of all) connection.end();
    const cut = setTimeout(() => all.forEach((connection) => connection.destroy()), settings.closingMs);
    await Promise.all([stopped, ...all.map(({ closed }) => closed)]);
    clearTimeout(cut);
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A process that was killed leaves its socket behind. Anything else at the path is somebody's, and listening fails. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSocket()) return;
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
  if (!isAlive) await rm(path, { force: true });
}
