/**
 * Engine and application as one unit: neither goes on without the other. When either ends, the other is ended too, and both start again
 * after a pause that doubles from one end to the next and is short again after a while of good running.
 */
import type { CodedError } from '../../../base/result.ts';
import type { EngineProcess } from './engine-process.ts';
import { isFinal, lastWords } from './last-words.ts';

/** The application's side of a run. */
export interface ApplicationRun {
  /** Resolves when it can't go on; never rejects. */
  readonly failed: Promise<CodedError>;
  close(): Promise<void>;
}

export interface UnitParts {
  startApplication(): Promise<ApplicationRun>;
  startEngine(): Promise<EngineProcess>;
  /** Told when both run. */
  onRunning(engine: EngineProcess): void;
  /** Told of every end that was not asked for. */
  onEnded(error: CodedError): void;
  readonly backOff?: BackOff;
}

export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
  /** After running this long an end counts as the first one again. */
  readonly healthyMs: number;
}

const defaults: BackOff = { firstMs: 300, mostMs: 15_000, healthyMs: 60_000 };

export interface Unit {
  /** The engine's process while there is one. */
  readonly engine: EngineProcess | undefined;
  readonly restarts: number;
  /** Why it does not run (any more): set from an end to the next good start, and for ever after a final one. */
  readonly failure: CodedError | undefined;
  /** Ends both, and resolves when they are gone. */
  stop(): Promise<void>;
}

export function superviseUnit(parts: UnitParts): Unit {
  const backOff = parts.backOff ?? defaults;
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  let engine: EngineProcess | undefined;
  let restarts = 0;
  let failure: CodedError | undefined;
  const running = run();

  async function run(): Promise<void> {
    let pauseMs = backOff.firstMs;
    while (!stopping.signal.aborted) {
      const from = Date.now();
      const error = await once();
      if (error === undefined) return;
      failure = error;
      parts.onEnded(error);
      if (isFinal(error)) return;
      if (Date.now() - from >= backOff.healthyMs) pauseMs = backOff.firstMs;
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, backOff.mostMs);
      restarts++;
    }
  }

  /** One run of both, to its end; undefined when that was asked for. */
  async function once(): Promise<CodedError | undefined> {
    let application: ApplicationRun | undefined;
    try {
      application = await parts.startApplication();
      const started = await parts.startEngine();
      engine = started;
      failure = undefined;
      parts.onRunning(started);
      const error = await Promise.race([started.ended, application.failed, stopped]);
      await started.stop();
      return error;
    } catch (cause) {
      return lastWords([], (cause as Error).message);
    } finally {
      engine = undefined;
      await application?.close();
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  return {
    get engine() {
      return engine;
    },
    get restarts() {
      return restarts;
    },
    get failure() {
      return failure;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
