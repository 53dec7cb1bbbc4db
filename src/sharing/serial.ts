/** Runs tasks of the same name one after another; tasks of different names side by side. */
export interface Serial {
  run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

export function serial(): Serial {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(name, task) {
      const before = last.get(name) ?? Promise.resolve();
      const mine = before.then(task, task);
      last.set(name, mine);
      const forget = () => {
        if (last.get(name) === mine) last.delete(name);
      };
      mine.then(forget, forget);
      return mine;
    },
  };
}
