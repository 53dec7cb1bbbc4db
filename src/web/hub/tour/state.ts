import type { RecordedCall } from '../../api/curl.ts';
import type { Stage } from './cast.ts';
import type { StepName, StepResult } from './steps.ts';

export interface Played extends StepResult {
  readonly calls: readonly RecordedCall[];
}

/** How far the tour has come. */
export interface TourState {
  readonly stage: Stage;
  readonly played: ReadonlyMap<StepName, Played>;
}
