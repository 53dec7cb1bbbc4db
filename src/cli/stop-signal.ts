/**
 * Being asked to stop. Whoever signals a group (`timeout`, a terminal) reaches a process directly and once more through each one that passes the
 * signal on: the second must not cut short the stopping that the first began, or what was started is left behind. A command that never asks for
 * this signal ends at once, as any program does.
 */

/** Two signals that are closer together mean one wish. */
const ONE_WISH_MS = 1_000;
/** As shells say it of a program that ended by SIGINT. */
export const INTERRUPTED = 130;

export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let asked = 0;
  process.on('SIGTERM', () => stop.abort());
  process.on('SIGINT', () => {
    // Somebody at a terminal who has waited and asks again: no more waiting. What is left to be done on exit is done.
    if (stop.signal.aborted && performance.now() - asked > ONE_WISH_MS) process.exit(INTERRUPTED);
    asked = performance.now();
    stop.abort();
  });
  return stop.signal;
}
