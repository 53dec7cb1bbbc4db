/**
 * The few calls that are made to the engine's own interface: JSON-RPC 2.0 over its unix socket, with limits on time and size. Answers are
 * from another program: whoever uses them checks their form.
 */
import { Agent, request } from 'node:http';
import { codedError } from '../../../base/errors.ts';
import { fail, ok, type Result } from '../../../base/result.ts';
import { cometbftErrors } from '../errors.ts';

const ANSWER_LIMIT_BYTES = 8 << 20;
const TIMEOUT_MS = 5_000;

export interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the engine refused, in its words. */
interface Refusal {
  readonly message?: string;
  readonly data?: string;
}

interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: Refusal;
}

export interface RpcClient {
  /** `cometbft.unreachable`: no answer in time; `cometbft.refused`: with what the engine says. */
  call(method: string, params?: Call['params']): Promise<Result<unknown>>;
  /** Several at once, in one request: at most `MAX_BATCH` of the configuration. One outcome for each; an error of the request itself is the answer. */
  batch(calls: readonly Call[]): Promise<Result<readonly Result<unknown>[]>>;
  close(): void;
}

export function rpcClient(socketPath: string): RpcClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, keepAliveMsecs: 5_000 });

  const post = (body: string): Promise<Result<unknown>> =>
    new Promise((resolve) => {
      const unreachable = (why: string) => resolve(fail(codedError(cometbftErrors, 'cometbft.unreachable', { data: { cause: why } })));
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const asked = request({ socketPath, agent, method: 'POST', path: '/', headers, timeout: TIMEOUT_MS }, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > ANSWER_LIMIT_BYTES) asked.destroy(new Error(`the answer has more than ${ANSWER_LIMIT_BYTES} bytes`));
          else chunks.push(chunk);
        });
        response.once('error', (cause) => unreachable(cause.message));
        response.once('end', () => {
          try {
            resolve(ok(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
          } catch {
            unreachable(`the answer (status ${response.statusCode}) is not JSON`);
          }
        });
      });
      asked.once('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      asked.once('error', (cause) => unreachable(cause.message));
      asked.end(body);
    });

  return {
    async call(method, params = {}) {
      const answer = await post(JSON.stringify({ jsonrpc: '2.0', id: 0, method, params }));
      return answer.ok ? outcomeOf(answer.value as Response) : answer;
    },
    async batch(calls) {
      const answer = await post(JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))));
      if (!answer.ok) return answer;
      // One answer alone comes without its list; an error of the whole request too.
      const answers = (Array.isArray(answer.value) ? answer.value : [answer.value]) as readonly Response[];
      if (answers.length !== calls.length) return fail(refused(answers[0]?.error));
      const byId = new Map(answers.map((one) => [one.id, one]));
      return ok(calls.map((_, id) => outcomeOf(byId.get(id))));
    },
    close: () => agent.destroy(),
  };
}

const refused = (error: Refusal | undefined) => {
  const cause = error?.data ?? error?.message ?? 'an answer of another form than expected';
  return codedError(cometbftErrors, 'cometbft.refused', { message: `The consensus engine refused: ${cause}.`, data: { cause } });
};

const outcomeOf = (response: Response | undefined): Result<unknown> =>
  response === undefined || response.error !== undefined || response.result === undefined ? fail(refused(response?.error)) : ok(response.result);
