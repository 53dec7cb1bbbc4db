import { useEffect, useState } from 'react';

/** Text that somebody types, and its settled form in the URL 250 ms later; a change of the URL from elsewhere replaces the text. */
export function useTypedQuery(inUrl: string | undefined, settle: (text: string | undefined) => void): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState(inUrl ?? '');
  const [settled, setSettled] = useState(inUrl);
  if (settled !== inUrl) {
    setSettled(inUrl);
    if ((inUrl ?? '') !== typed.trim()) setTyped(inUrl ?? '');
  }
  useEffect(() => {
    const text = typed.trim() === '' ? undefined : typed.trim();
    if (text === inUrl) return undefined;
    const timer = setTimeout(() => settle(text), 250);
    return () => clearTimeout(timer);
    // Only typing starts the clock: `settle` is new at every render.
  }, [typed]);
  return [typed, setTyped];
}
