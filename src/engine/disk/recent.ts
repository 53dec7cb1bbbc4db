/** The newest few of something by height, so that what is asked for again and again is not read again and again. */
export interface Recent<T> {
  get(height: number): T | undefined;
  /** Forgets what was put longest ago when there are too many. */
  put(height: number, value: T): void;
}

export function recent<T>(count: number): Recent<T> {
  const kept = new Map<number, T>();
  return {
    get: (height) => kept.get(height),
    put(height, value) {
      kept.delete(height);
      kept.set(height, value);
      if (kept.size > count) kept.delete(kept.keys().next().value!);
    },
  };
}
