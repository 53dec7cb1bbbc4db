/**
 * How the portal names a patient: the id of the Patient record, or `<custodian>~<id>` for one whose record another organisation has
 * shared: ids of different organisations may be the same.
 */
export interface PatientRef {
  /** Undefined: this organisation. */
  readonly custodian: string | undefined;
  readonly patient: string;
}

const SYNTAX = /^(?:([a-z][a-z0-9-]{0,63})~)?([A-Za-z0-9.-]{1,64})$/;

export function parsePatientRef(text: string): PatientRef | undefined {
  const parts = SYNTAX.exec(text);
  return parts ? { custodian: parts[1], patient: parts[2]! } : undefined;
}

export const formatPatientRef = (custodian: string, patient: string): string => `${custodian}~${patient}`;
