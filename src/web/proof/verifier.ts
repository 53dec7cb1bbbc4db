/** Asks the verification worker, which is started ahead or by the first question. */
import type { Answered, Asked, Checked, Question } from './messages.ts';

export interface Verifier {
  /** Has the worker start and make itself ready, for whenever the first question comes. */
  prepare(): void;
  check(question: Question): Promise<Checked>;
}

export function createVerifier(): Verifier {
  const waiting = new Map<number, { readonly resolve: (checked: Checked) => void; readonly reject: (error: Error) => void }>();
  let worker: Worker | undefined;
  let asked = 0;

  function start(): Worker {
    const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'careledger-verification' });
    started.onmessage = ({ data }: MessageEvent<Answered>) => {
      const asker = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.checked === undefined) asker?.reject(new Error(data.error));
      else asker?.resolve(data.checked);
    };
    started.onerror = (event) => {
      for (const { reject } of waiting.values()) reject(new Error(event.message || 'the verification worker did not start'));
      waiting.clear();
      worker = undefined;
    };
    return started;
  }

  return {
    prepare() {
      worker ??= start();
    },

    check(question) {
      worker ??= start();
      asked += 1;
      const message: Asked = { id: asked, question };
      return new Promise((resolve, reject) => {
        waiting.set(message.id, { resolve, reject });
        worker!.postMessage(message);
      });
    },
  };
}
