/**
 * Being asked to stop. Whoever signals a group (`timeout`, a terminal) reaches a process directly and once more through each one that passes the
 * signal on: the second must not cut short the stopping that the first began, or what was started is left behind. A command that never asks for
 * this signal ends at once, as any program does.
 */

/** Two signals that are closer together mean one wish. */
const ONE_WISH_MS = 1_000;

/** `impatient`: somebody at a terminal has waited and asks again. */
export function stopSignal(impatient: () => void): AbortSignal {
  const stop = new AbortController();
  let asked = 0;
  process.on('SIGTERM', () => stop.abort());
  process.on('SIGINT', () => {
    if (stop.signal.aborted && performance.now() - asked > ONE_WISH_MS) impatient();
    asked = performance.now();
    stop.abort();
  });
  return stop.signal;
}
