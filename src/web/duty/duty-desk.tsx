import { DeskGate } from '../shell/desk-gate.tsx';

export function DutyDesk() {
  return <DeskGate roles={['operator', 'privacy-officer']} />;
}
