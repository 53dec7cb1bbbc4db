/** How far the tour has come, and with whom. */
import type { Session } from '../../../contract/network.ts';
import type { PatientBanner } from '../../../contract/portal.ts';
import type { RecordedCall } from '../../api/curl.ts';

/** The cast at their desks. Sessions are opened once a tour and never replace the one of the tab. */
export interface Stage {
  readonly patient: Session;
  readonly clinician: Session;
  readonly operator: Session;
  readonly banner: PatientBanner;
}

export type StepName = 'ask' | 'share' | 'read' | 'looked' | 'stop' | 'tamper' | 'notice' | 'heal';

export interface StepResult {
  /** False when what should have happened did not. */
  readonly holds: boolean;
  readonly text: string;
}

export interface Played extends StepResult {
  readonly calls: readonly RecordedCall[];
}

export interface TourState {
  readonly stage: Stage;
  readonly played: ReadonlyMap<StepName, Played>;
}
