/**
 * What a verification finds, as a report: which steps held, which failed, which could not be checked. A boolean would hide the
 * difference between "wrong" and "nobody looked".
 */
export type StepState = 'held' | 'failed' | 'unchecked';

export interface Step<N extends string = string> {
  readonly name: N;
  /** One sentence in plain words, true when the step held. */
  readonly title: string;
  readonly state: StepState;
  /** What was compared, or why it failed or was not checked. */
  readonly detail: string;
}

/** `incomplete`: nothing failed, but a step that the verdict needs was not checked. */
export type Verdict = 'held' | 'failed' | 'incomplete';

export interface Report<N extends string = string, F = unknown> {
  readonly verdict: Verdict;
  /** Always all the steps, in order; those behind a failure are `unchecked` where they depend on it. */
  readonly steps: readonly Step<N>[];
  /** What the evidence says. Claims only, unless the verdict is `held`. */
  readonly facts: F;
}

/** An outcome before it has its place in the report. `optional`: unchecked does not stand in the way of `held`. */
export interface Outcome {
  readonly state: StepState;
  readonly detail: string;
  readonly optional?: boolean;
}

export const held = (detail: string): Outcome => ({ state: 'held', detail });
export const failed = (detail: string): Outcome => ({ state: 'failed', detail });
export const unchecked = (detail: string): Outcome => ({ state: 'unchecked', detail });
export const notAsked = (detail: string): Outcome => ({ state: 'unchecked', detail, optional: true });
export const outcome = (holds: boolean, whenHeld: string, whenFailed: string): Outcome => (holds ? held(whenHeld) : failed(whenFailed));

/** Puts outcomes into the order of the titles; a step without an outcome was not reached. */
export function report<N extends string, F>(
  titles: Readonly<Record<N, string>>,
  outcomes: Readonly<Partial<Record<N, Outcome>>>,
  facts: F,
): Report<N, F> {
  const names = Object.keys(titles) as N[];
  const found = names.map((name) => ({ name, outcome: outcomes[name] ?? unchecked('Not reached: an earlier step failed.') }));
  const any = (state: StepState): boolean => found.some(({ outcome: { state: is, optional } }) => is === state && optional !== true);
  return {
    verdict: any('failed') ? 'failed' : any('unchecked') ? 'incomplete' : 'held',
    steps: found.map(({ name, outcome: { state, detail } }) => ({ name, title: titles[name], state, detail })),
    facts,
  };
}
