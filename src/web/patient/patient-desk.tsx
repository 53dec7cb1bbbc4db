import { DeskGate } from '../shell/desk-gate.tsx';

export function PatientDesk() {
  return <DeskGate roles={['patient']} />;
}
