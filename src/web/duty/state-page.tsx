/** The state of one node: the last verification, a new one, and the restoring of what was damaged. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { HealReport, VerificationReport } from '../../contract/network.ts';
import { getJson } from '../api/http.ts';
import { targetOf, useSession } from '../api/session.ts';
import { useLanguage, useWords } from '../i18n/language.ts';
import { dutyWords } from '../i18n/duty.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Empty, ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { HealedReport } from './healed-report.tsx';
import { ReportView } from './report-view.tsx';
import { lastReport } from './verification.ts';

export function StatePage() {
  const words = useWords(dutyWords);
  const language = useLanguage();
  const announce = useAnnounce();
  const session = useSession()!;
  const queries = useQueryClient();
  const options = lastReport(session);
  const last = useQuery(options);
  const verify = useMutation({
    mutationFn: () => getJson<VerificationReport>(targetOf(session), '/node/api/verify', { method: 'POST' }),
    onSuccess: (report) => {
      queries.setQueryData(options.queryKey, report);
      announce(report.holds ? words['report.holds'] : words['report.fails'](report.findings.length));
    },
  });
  const heal = useMutation({
    mutationFn: () => getJson<HealReport>(targetOf(session), '/node/api/heal', { method: 'POST' }),
    onSuccess: (report) => {
      queries.setQueryData(options.queryKey, report.after);
      announce(words['heal.title'](report.healed.length));
    },
  });
  const report = last.data ?? undefined;
  const mayHeal = session.persona.role === 'operator';
  const damaged = report !== undefined && !report.holds;
  return (
    <Page
      title={words['state.title']}
      lead={
        report === undefined
          ? last.isSuccess && words['state.unknown']
          : report.holds
            ? words['state.holds']((report.checked.entries ?? 0).toLocaleString(language))
            : words['state.fails'](report.findings.length)
      }
      actions={
        <>
          <Button
            kind={damaged && mayHeal ? 'plain' : 'primary'}
            icon="shield"
            busy={verify.isPending}
            onPress={() => (heal.reset(), verify.mutate())}
          >
            {verify.isPending ? `${words.verifying} …` : words.verify}
          </Button>
          {damaged && mayHeal && (
            <Button kind="primary" icon="heal" busy={heal.isPending} onPress={() => heal.mutate()}>
              {words.heal}
            </Button>
          )}
        </>
      }
    >
      <div className="stack">
        {(verify.error ?? heal.error) !== null && <ErrorNotice error={(verify.error ?? heal.error)!} />}
        {heal.data !== undefined && <HealedReport report={heal.data} />}
        {damaged && !mayHeal && <p className="notice wait">{words.healOperator}</p>}
        <Loaded query={last}>
          {(data) => (data === null ? <Empty title={words['state.unknown']} text={words['state.unknownText']} /> : <ReportView report={data} />)}
        </Loaded>
      </div>
    </Page>
  );
}
