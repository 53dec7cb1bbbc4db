/**
 * Long work in short stretches. Between them the engine’s other connections are read: an engine that can’t get rid of what it wants checked
 * waits by asking again and again whether it can, on the processor that the work needs.
 */
import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../../../base/steps.ts';

const SLICE_MS = 10;

export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    for (const until = performance.now() + SLICE_MS; performance.now() < until;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
    await setImmediate();
  }
}
