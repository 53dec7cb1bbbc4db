/**
 * Checks run side by side, and whoever submitted first is through first: what somebody sends one after the other stands in blocks in that
 * order, also where the later one builds on the earlier and its check is done sooner.
 */
export type InLine = <T>(work: Promise<T>) => Promise<T>;

export function inLine(): InLine {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    // Until its turn comes nobody listens to it.
    work.catch(() => undefined);
    const through = last.then(() => work);
    last = through.catch(() => undefined);
    return through;
  };
}
