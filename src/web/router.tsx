/** Every page of the portal, by path. Desks are loaded when first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { accessesSearch, blocksSearch, newShareSearch, proofSearch, querySearch, sharingSearch, timelineSearch } from './search.ts';
import { BrokenPage } from './shell/broken-page.tsx';
import { Frame } from './shell/frame.tsx';
import { MissingPage } from './shell/missing-page.tsx';

const root = createRootRoute({ component: Frame, notFoundComponent: MissingPage, validateSearch: proofSearch });
const under = () => root;

const hub = createRoute({ getParentRoute: under, path: '/', component: lazyRouteComponent(() => import('./hub/hub-page.tsx'), 'HubPage') });
const tour = createRoute({ getParentRoute: under, path: '/tour', component: lazyRouteComponent(() => import('./hub/tour-page.tsx'), 'TourPage') });
const attack = createRoute({
  getParentRoute: under,
  path: '/attack',
  component: lazyRouteComponent(() => import('./hub/attack-page.tsx'), 'AttackPage'),
});
const verify = createRoute({
  getParentRoute: under,
  path: '/verify',
  component: lazyRouteComponent(() => import('./hub/verify-page.tsx'), 'VerifyPage'),
});

const patient = createRoute({
  getParentRoute: under,
  path: '/patient',
  component: lazyRouteComponent(() => import('./patient/patient-desk.tsx'), 'PatientDesk'),
});
const ofPatient = () => patient;
const record = createRoute({
  getParentRoute: ofPatient,
  path: '/',
  validateSearch: timelineSearch,
  component: lazyRouteComponent(() => import('./patient/record-page.tsx'), 'RecordPage'),
});
const accesses = createRoute({
  getParentRoute: ofPatient,
  path: '/accesses',
  validateSearch: accessesSearch,
  component: lazyRouteComponent(() => import('./patient/accesses-page.tsx'), 'AccessesPage'),
});
const sharing = createRoute({
  getParentRoute: ofPatient,
  path: '/sharing',
  validateSearch: sharingSearch,
  component: lazyRouteComponent(() => import('./patient/sharing-page.tsx'), 'SharingPage'),
});
const newShare = createRoute({
  getParentRoute: ofPatient,
  path: '/sharing/new',
  validateSearch: newShareSearch,
  component: lazyRouteComponent(() => import('./patient/new-share-page.tsx'), 'NewSharePage'),
});
const take = createRoute({
  getParentRoute: ofPatient,
  path: '/take',
  component: lazyRouteComponent(() => import('./patient/take-page.tsx'), 'TakePage'),
});

const clinician = createRoute({
  getParentRoute: under,
  path: '/clinician',
  component: lazyRouteComponent(() => import('./clinician/clinician-desk.tsx'), 'ClinicianDesk'),
});
const ofClinician = () => clinician;
const patients = createRoute({
  getParentRoute: ofClinician,
  path: '/',
  validateSearch: querySearch,
  component: lazyRouteComponent(() => import('./clinician/patients-page.tsx'), 'PatientsPage'),
});
const chart = createRoute({
  getParentRoute: ofClinician,
  path: '/patients/$id',
  validateSearch: timelineSearch,
  component: lazyRouteComponent(() => import('./clinician/chart-page.tsx'), 'ChartPage'),
});
const request = createRoute({
  getParentRoute: ofClinician,
  path: '/request',
  component: lazyRouteComponent(() => import('./clinician/request-page.tsx'), 'RequestPage'),
});

const desk = createRoute({ getParentRoute: under, path: '/desk', component: lazyRouteComponent(() => import('./duty/duty-desk.tsx'), 'DutyDesk') });
const ofDesk = () => desk;
const state = createRoute({ getParentRoute: ofDesk, path: '/', component: lazyRouteComponent(() => import('./duty/state-page.tsx'), 'StatePage') });
const incidents = createRoute({
  getParentRoute: ofDesk,
  path: '/incidents',
  component: lazyRouteComponent(() => import('./duty/incidents-page.tsx'), 'IncidentsPage'),
});

const ledger = createRoute({
  getParentRoute: ofDesk,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./operator/ledger-page.tsx'), 'LedgerPage'),
});
const alarms = createRoute({
  getParentRoute: ofDesk,
  path: '/alarms',
  component: lazyRouteComponent(() => import('./operator/alarms-page.tsx'), 'AlarmsPage'),
});
const alarm = createRoute({
  getParentRoute: ofDesk,
  path: '/alarms/$code',
  component: lazyRouteComponent(() => import('./operator/alarm-page.tsx'), 'AlarmPage'),
});

const explorer = createRoute({
  getParentRoute: under,
  path: '/explorer',
  component: lazyRouteComponent(() => import('./explorer/explorer-desk.tsx'), 'ExplorerDesk'),
});
const ofExplorer = () => explorer;
const head = createRoute({
  getParentRoute: ofExplorer,
  path: '/',
  component: lazyRouteComponent(() => import('./explorer/head-page.tsx'), 'HeadPage'),
});
const blocks = createRoute({
  getParentRoute: ofExplorer,
  path: '/blocks',
  validateSearch: blocksSearch,
  component: lazyRouteComponent(() => import('./explorer/blocks-page.tsx'), 'BlocksPage'),
});
const block = createRoute({
  getParentRoute: ofExplorer,
  path: '/blocks/$height',
  component: lazyRouteComponent(() => import('./explorer/block-page.tsx'), 'BlockPage'),
});
const transaction = createRoute({
  getParentRoute: ofExplorer,
  path: '/transactions/$hash',
  component: lazyRouteComponent(() => import('./explorer/transaction-page.tsx'), 'TransactionPage'),
});
const organisations = createRoute({
  getParentRoute: ofExplorer,
  path: '/organisations',
  component: lazyRouteComponent(() => import('./explorer/organisations-page.tsx'), 'OrganisationsPage'),
});
const organisation = createRoute({
  getParentRoute: ofExplorer,
  path: '/organisations/$id',
  component: lazyRouteComponent(() => import('./explorer/organisation-page.tsx'), 'OrganisationPage'),
});
const witnesses = createRoute({
  getParentRoute: ofExplorer,
  path: '/witnesses',
  component: lazyRouteComponent(() => import('./explorer/witnesses-page.tsx'), 'WitnessesPage'),
});
const governance = createRoute({
  getParentRoute: ofExplorer,
  path: '/governance',
  validateSearch: blocksSearch,
  component: lazyRouteComponent(() => import('./explorer/governance-page.tsx'), 'GovernancePage'),
});
const grant = createRoute({
  getParentRoute: ofExplorer,
  path: '/grants/$id',
  component: lazyRouteComponent(() => import('./explorer/grant-page.tsx'), 'GrantPage'),
});
const search = createRoute({
  getParentRoute: ofExplorer,
  path: '/search',
  validateSearch: querySearch,
  component: lazyRouteComponent(() => import('./explorer/search-page.tsx'), 'SearchPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    hub,
    tour,
    attack,
    verify,
    patient.addChildren([record, accesses, sharing, newShare, take]),
    clinician.addChildren([patients, chart, request]),
    desk.addChildren([state, incidents, ledger, alarms, alarm]),
    explorer.addChildren([head, blocks, block, transaction, organisations, organisation, governance, witnesses, grant, search]),
  ]),
  defaultErrorComponent: BrokenPage,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
