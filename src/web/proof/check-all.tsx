/** Checks the proofs of a page one after another in the worker: for the one who trusts nobody. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Proof } from '../../contract/portal.ts';
import { targetOf, useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import { usePortal } from '../portal.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { checkProof } from './check.ts';
import { markOf } from './state.ts';

const AT_ONCE = 4;

export function CheckAll({ proofs }: { readonly proofs: readonly Proof[] }) {
  const words = useWords(proofWords);
  const portal = usePortal();
  const session = useSession();
  const announce = useAnnounce();
  const [done, setDone] = useState(0);
  const anchored = proofs.filter((proof) => proof.anchored);
  const check = useMutation({
    mutationFn: async () => {
      let next = 0;
      let held = 0;
      setDone(0);
      const work = async (): Promise<void> => {
        while (next < anchored.length) {
          const proof = anchored[next++]!;
          const state = await checkProof(portal, targetOf(session!), proof);
          if (markOf(state, true) === 'verified') held += 1;
          setDone((count) => count + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return held;
    },
    onSuccess: (held) => announce(words.checkedAll(held, anchored.length)),
  });
  if (anchored.length === 0 || session === undefined) return null;
  return (
    <Button small icon="shield" busy={check.isPending} onPress={() => check.mutate()}>
      {check.isPending
        ? words.checkingAll(done, anchored.length)
        : check.data === undefined
          ? words.checkAll(anchored.length)
          : words.checkedAll(check.data, anchored.length)}
    </Button>
  );
}
