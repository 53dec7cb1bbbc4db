/** Search among own patients and shared records; nobody else is ever hinted at. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { PatientList } from '../../contract/portal.ts';
import { patientsQuery } from '../api/portal.ts';
import { useSession } from '../api/session.ts';
import { useWords } from '../i18n/language.ts';
import { clinicianWords } from '../i18n/clinician.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Empty } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Day } from '../ui/time.tsx';
import { useTypedQuery } from '../ui/typed-query.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import './clinician.css';
import { useGender } from './gender.ts';

const route = getRouteApi('/clinician/');

export function PatientsPage() {
  const words = useWords(clinicianWords);
  const session = useSession()!;
  const navigate = useNavigate();
  const { q } = route.useSearch();
  const patients = useQuery(patientsQuery(session, q));
  const [typed, setTyped] = useTypedQuery(
    q,
    (text) => void navigate({ to: '/clinician', search: text === undefined ? {} : { q: text }, replace: true, resetScroll: false }),
  );
  return (
    <Page title={words['patients.title']} lead={words['patients.lead']}>
      <div className="stack">
        <search>
          <label className="field narrow">
            <span>{words['patients.search']}</span>
            <input type="search" data-search value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
          </label>
        </search>
        <Loaded query={patients}>
          {({ patients: found }) =>
            found.length === 0 ? (
              <Empty
                title={words['patients.none']}
                text={words['patients.noneText']}
                action={
                  <Link to="/clinician/request" className="button">
                    {words['patients.ask']}
                  </Link>
                }
              />
            ) : (
              <>
                <p className="soft" role="status">
                  {words['patients.count'](found.length)}
                </p>
                <VirtualList
                  items={found}
                  keyOf={(patient) => patient.id}
                  estimatedHeight={76}
                  render={(patient) => <PatientRow patient={patient} />}
                />
              </>
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}

function PatientRow({ patient }: { readonly patient: PatientList['patients'][number] }) {
  const words = useWords(clinicianWords);
  const gender = useGender();
  return (
    <Link to="/clinician/patients/$id" params={{ id: patient.id }} className="card patient-row">
      <span className="patient-name">{patient.name}</span>
      <span className="soft">
        <Day iso={patient.birthDate} />, {gender(patient.gender)}
      </span>
      <span className={`pill ${patient.shared ? 'accent' : ''}`}>
        {patient.shared ? words['patients.shared'](patient.custodian.name) : words['patients.own']}
      </span>
    </Link>
  );
}
