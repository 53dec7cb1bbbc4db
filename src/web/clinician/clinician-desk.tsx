import { DeskGate } from '../shell/desk-gate.tsx';

export function ClinicianDesk() {
  return <DeskGate roles={['clinician']} />;
}
