/** One polite live region for the whole portal: what a sighted person sees happen is said to everybody. */
import { usePortal, useStore } from '../portal.ts';

export const useAnnounce = (): ((text: string) => void) => usePortal().said.set;

export function Announcer() {
  return (
    <div role="status" aria-live="polite" className="unseen">
      {useStore(usePortal().said)}
    </div>
  );
}
