import { useWords } from '../i18n/language.ts';
import { proofWords } from '../i18n/proof.ts';
import { OfflineCheck } from '../proof/offline-check.tsx';
import { Page } from '../ui/page.tsx';

export function VerifyPage() {
  const words = useWords(proofWords);
  return (
    <Page title={words.offlineTitle} lead={words.offlineLead}>
      <OfflineCheck />
    </Page>
  );
}
