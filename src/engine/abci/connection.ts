/**
 * One connection of an engine. Requests start as `application.ts` says, answers go out in the order of the requests. When too many are on
 * their way, or the engine does not take its answers, no more are read: the engine's socket fills up, and it waits.
 */
import type { Socket } from 'node:net';
import { isConcurrent, type AbciApplication } from './application.ts';
import { decodeRequest, encodeResponse, exceptionResponse, type NamedRequest } from './codec.ts';
import { answerTo } from './dispatch.ts';
import { FrameReader } from './frames.ts';

export interface ConnectionLimits {
  /** Bytes of one request. */
  readonly requestBytes: number;
  /** Requests that have no answer yet. */
  readonly pendingRequests: number;
  /** Bytes of those; one request alone may have more. */
  readonly pendingBytes: number;
  /** Milliseconds that the other side has, when the connection ends here, to take what is left and close it too. */
  readonly closingMs: number;
}

export interface Connection {
  /** Resolves when the socket is closed: with the reason when it was not the engine that closed it in good order. */
  readonly closed: Promise<Error | undefined>;
  /** Reads no more; ends after what was read is answered. */
  end(): void;
  /** At once, whatever is on its way. */
  destroy(): void;
}

/** Answers that wait to be written in one go, at most (one more may be on its way). */
const UNSENT_BYTES = 65_536;

/** A place in the order of answers. */
interface Slot {
  readonly bytes: number;
  answer?: Uint8Array;
  /** Nothing follows after it. */
  last?: true;
}

export function serveConnection(socket: Socket, application: AbciApplication, limits: ConnectionLimits): Connection {
  const frames = new FrameReader(limits.requestBytes);
  const slots: Slot[] = [];
  let running = 0;
  let exclusive = false;
  let pendingBytes = 0;
  /** Of answers that are made, whether or not one before them is still missing. */
  let unsentBytes = 0;
  let held: { readonly request: NamedRequest; readonly slot: Slot } | undefined;
  let ending = false;
  let ended = false;
  let sending = false;
  let failure: Error | undefined;

  const closed = new Promise<Error | undefined>((resolve) => {
    socket.on('error', (error) => (failure ??= error));
    socket.on('close', () => {
      ending = true;
      resolve(failure);
    });
  });
  socket.on('data', ({ buffer, byteOffset, length }: Buffer) => {
    // Plain views: half as dear as Node's own, and what the rest of the program is made of.
    frames.push(new Uint8Array(buffer, byteOffset, length));
    pump();
  });
  socket.on('drain', pump);
  socket.on('end', () => {
    if (!frames.isBetweenFrames) failure ??= new Error('the engine closed the connection in the middle of a request');
    end();
  });

  return { closed, end, destroy: () => void socket.destroy() };

  function end(): void {
    ending = true;
    finishWhenIdle();
  }

  /** Starts what may start. */
  function pump(): void {
    if (ending) return;
    for (;;) {
      if (isFull()) return void socket.pause();
      const next = held ?? read();
      if (ending) return;
      if (!next) return void socket.resume();
      if (exclusive || (running > 0 && !isConcurrent(next.request.name))) {
        held = next;
        return void socket.pause();
      }
      held = undefined;
      void run(next.request, next.slot);
    }
  }

  function isFull(): boolean {
    return (
      slots.length - (held ? 1 : 0) >= limits.pendingRequests ||
      pendingBytes - (held?.slot.bytes ?? 0) >= limits.pendingBytes ||
      unsentBytes >= UNSENT_BYTES ||
      socket.writableNeedDrain
    );
  }

  function read(): { readonly request: NamedRequest; readonly slot: Slot } | undefined {
    let frame: Uint8Array | undefined;
    try {
      frame = frames.next();
      if (!frame) return undefined;
      const request = decodeRequest(frame);
      return { request, slot: open(frame.length) };
    } catch (cause) {
      fail(open(0), new Error(`The request can’t be read: ${messageOf(cause)}.`, { cause }));
      return undefined;
    }
  }

  function open(bytes: number): Slot {
    const slot: Slot = { bytes };
    slots.push(slot);
    pendingBytes += bytes;
    return slot;
  }

  async function run(request: NamedRequest, slot: Slot): Promise<void> {
    running++;
    exclusive = !isConcurrent(request.name);
    try {
      slot.answer = await answerTo(application, request);
      unsentBytes += slot.answer.length;
    } catch (cause) {
      fail(slot, new Error(`${request.name} failed: ${messageOf(cause)}.`, { cause }));
    }
    running--;
    exclusive = false;
    sendReady();
    pump();
  }

  /** The engine is told why, after the answers that are due before; then the connection ends. */
  function fail(slot: Slot, error: Error): void {
    failure ??= error;
    slot.answer = encodeResponse(exceptionResponse(error.message));
    slot.last = true;
    ending = true;
    socket.pause();
    sendReady();
  }

  /** Together with what else becomes ready in this turn of the event loop. */
  function sendReady(): void {
    if (sending || !slots[0]?.answer) return finishWhenIdle();
    sending = true;
    setImmediate(() => {
      sending = false;
      sendNow();
      pump();
    });
  }

  function sendNow(): void {
    const ready: Uint8Array[] = [];
    for (let first = slots[0]; first?.answer; first = slots[0]) {
      slots.shift();
      pendingBytes -= first.bytes;
      unsentBytes -= first.answer.length;
      ready.push(first.answer);
      if (first.last) slots.length = 0;
    }
    if (ready.length > 0 && socket.writable) socket.write(ready.length === 1 ? ready[0]! : Buffer.concat(ready));
    finishWhenIdle();
  }

  function finishWhenIdle(): void {
    if (!ending || ended || slots.length > (held ? 1 : 0)) return;
    ended = true;
    held = undefined;
    // What the engine still sends is read and thrown away: a socket that is closed with unread bytes in it may lose the last answer.
    socket.removeAllListeners('data');
    socket.resume();
    socket.end();
    // An engine that keeps its side open is not waited for.
    setTimeout(() => socket.destroy(), limits.closingMs).unref();
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
