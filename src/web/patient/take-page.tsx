import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getBytes } from '../api/http.ts';
import { targetOf } from '../api/session.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { patientWords } from '../i18n/patient.ts';
import { proofWords } from '../i18n/proof.ts';
import { OfflineCheck } from '../proof/offline-check.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { save } from '../ui/save.ts';
import { WithOwn, type Own } from './own.tsx';

export function TakePage() {
  return <WithOwn>{(own) => <Take {...own} />}</WithOwn>;
}

function Take({ session, patientId }: Own) {
  const words = useWords(patientWords);
  const proof = useWords(proofWords);
  const language = useLanguage();
  const take = useMutation({
    mutationFn: async () => {
      const bytes = await getBytes(targetOf(session), `/portal/api/patients/${patientId}/export`);
      save('my-record.fhir.json', bytes, 'application/fhir+json');
      return bytes.length;
    },
  });
  return (
    <Page title={words['take.title']} lead={words['take.lead']}>
      <div className="grid">
        <section className="card stack">
          <h2>{words['take.export']}</h2>
          <p className="soft">{words['take.exportText']}</p>
          {take.error !== null && <ErrorNotice error={take.error} />}
          <div className="row">
            <Button kind="primary" icon="take" busy={take.isPending} onPress={() => take.mutate()}>
              {words['take.exportAction']}
            </Button>
            {take.data !== undefined && (
              <span role="status" className="good">
                {words['take.exported']((take.data / 1e6).toLocaleString(language, { maximumFractionDigits: 1 }))}
              </span>
            )}
          </div>
        </section>
        <section className="card stack">
          <h2>{words['take.receipts']}</h2>
          <p className="soft">{words['take.receiptsText']}</p>
          <div>
            <Link to="/patient" className="button">
              {words['take.receiptsAction']}
            </Link>
          </div>
        </section>
      </div>
      <section className="block">
        <h2>{words['take.check']}</h2>
        <p className="soft">{proof.offlineLead}</p>
        <OfflineCheck />
      </section>
    </Page>
  );
}
