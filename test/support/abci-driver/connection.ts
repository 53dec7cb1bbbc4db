/** One of an engine's connections: requests go out in order, answers come back in order. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decodeResponse, type Response } from '../../../src/engine/abci/codec.ts';
import { FrameReader } from '../../../src/engine/abci/frames.ts';
import { requestFrame, type PartialRequest } from './requests.ts';

/** The application ended the connection, or said that it can't go on: for CometBFT the end of the run. */
export class ApplicationGone extends Error {
  override readonly name = 'ApplicationGone';
}

type Method = Exclude<keyof Response, 'exception'>;
type Answer<M extends Method> = NonNullable<Response[M]>;

export class EngineConnection {
  private readonly socket: Socket;
  private readonly waiting: { readonly resolve: (response: Response) => void; readonly reject: (error: Error) => void }[] = [];
  private gone: Error | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    const frames = new FrameReader(1 << 28);
    socket.on('data', (chunk: Uint8Array) => {
      frames.push(chunk);
      for (let frame = frames.next(); frame; frame = frames.next()) this.receive(decodeResponse(frame));
    });
    socket.on('error', (error) => this.lose(error.message));
    socket.on('close', () => this.lose('the connection is closed'));
  }

  static async open(path: string): Promise<EngineConnection> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new EngineConnection(socket);
  }

  /** Rejects with `ApplicationGone` on an exception and when the connection ends before the answer. */
  async call<M extends Method>(method: M, message: PartialRequest[M & keyof PartialRequest]): Promise<Answer<M>> {
    if (this.gone) throw this.gone;
    const answered = new Promise<Response>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.socket.write(requestFrame({ [method]: message }));
    const response = await answered;
    if (response.exception) throw new ApplicationGone(response.exception.error);
    const answer = response[method];
    if (!answer) throw new Error(`another answer than that to ${method}`);
    return answer as Answer<M>;
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(response: Response): void {
    const first = this.waiting.shift();
    if (!first) throw new Error('an answer that nobody asked for');
    first.resolve(response);
  }

  private lose(why: string): void {
    this.gone ??= new ApplicationGone(why);
    for (const { reject } of this.waiting.splice(0)) reject(this.gone);
  }
}
