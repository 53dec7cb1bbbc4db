/**
 * The steps of the tour as data: each acts through the same interfaces as everybody, and says in words what came of it. A step may
 * be done again. `holds` is false when what should have happened did not.
 */
import type { Attack, HealReport, VerificationReport } from '../../../contract/network.ts';
import type {
  AccessRequest,
  AccessRequestAnswer,
  AccessRequestBody,
  Accesses,
  PatientList,
  Share,
  ShareRequest,
  Timeline,
} from '../../../contract/portal.ts';
import type { Translation } from '../../i18n/dictionary.ts';
import type { hubEn } from '../../i18n/en/hub.ts';
import { formatMoment, monthsFrom } from '../../time/format.ts';
import { ApiError } from '../../api/http.ts';
import type { Recorder } from '../../api/recorded.ts';
import { targetOf } from '../../api/session.ts';
import type { Stage, StepName, StepResult } from './state.ts';

export interface StepContext {
  readonly stage: Stage;
  readonly api: Recorder;
  readonly words: Translation<typeof hubEn>;
  readonly language: string;
}

export interface TourStep {
  readonly name: StepName;
  readonly run: (context: StepContext) => Promise<StepResult>;
  /** Whose desk shows it, and where. */
  readonly look: { readonly as: 'patient' | 'clinician' | 'operator'; readonly path: string };
  readonly commands: (stage: Stage) => readonly string[];
}

const ofPatient = ({ banner }: Stage, rest = ''): string => `/portal/api/patients/${banner.id}${rest}`;
const other = ({ clinician }: Stage) => clinician.persona.organisation;
const home = ({ patient }: Stage) => patient.persona.organisation;

function requestBody({ banner, patient }: Stage): AccessRequestBody {
  const names = banner.name.trim().split(/\s+/);
  return {
    organisationId: patient.persona.organisation.id,
    family: names.at(-1) ?? '',
    given: names[0] ?? '',
    birthDate: banner.birthDate,
    reason: 'Here for treatment today',
  };
}

async function ask({ stage, api, words }: StepContext): Promise<StepResult> {
  const answer = await api.json<AccessRequestAnswer>(
    targetOf(stage.clinician),
    '/portal/api/access-requests',
    { method: 'POST', body: requestBody(stage) },
    stage.clinician.persona.name,
  );
  return { holds: answer.outcome === 'asked', text: words['result.asked'](answer.reason, answer.howToAsk) };
}

async function share({ stage, api, words }: StepContext): Promise<StepResult> {
  const as = stage.patient.persona.name;
  const { requests } = await api.json<{ readonly requests: readonly AccessRequest[] }>(
    targetOf(stage.patient),
    ofPatient(stage, '/requests'),
    {},
    as,
  );
  const request = requests.find(({ organisation, state }) => organisation.id === other(stage).id && state === 'open');
  const body: ShareRequest = {
    organisationId: other(stage).id,
    purpose: 'treatment',
    categories: ['everything'],
    includeSensitive: false,
    until: monthsFrom(Date.now(), 6),
    ...(request === undefined ? {} : { requestId: request.requestId }),
  };
  const made = await api.json<Share>(targetOf(stage.patient), ofPatient(stage, '/shares'), { method: 'POST', body }, as);
  return { holds: made.state === 'active', text: words['result.shared'](made.organisation.name, made.opened.height) };
}

/** The patient's chart at the other organisation, under whatever id it has there. */
async function chartElsewhere({ stage, api }: StepContext): Promise<Timeline | undefined> {
  const target = targetOf(stage.clinician);
  const as = stage.clinician.persona.name;
  const { patients } = await api.json<PatientList>(target, `/portal/api/patients?q=${encodeURIComponent(stage.banner.name)}`, {}, as);
  const found = patients.find(
    ({ shared, birthDate, custodian }) => shared && birthDate === stage.banner.birthDate && custodian.id === home(stage).id,
  );
  return found === undefined ? undefined : api.json<Timeline>(target, `/portal/api/patients/${found.id}/timeline?limit=20`, {}, as);
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function read(context: StepContext): Promise<StepResult> {
  const { words, stage } = context;
  // A whole record crosses in the background: give it some seconds before saying that it is late.
  for (let attempt = 0; attempt < 20; attempt++) {
    const chart = await chartElsewhere(context);
    if (chart !== undefined && chart.items.length > 0) return { holds: true, text: words['result.read'](chart.total, other(stage).name) };
    await pause(500);
  }
  return { holds: false, text: words['result.readLate'] };
}

async function looked({ stage, api, words }: StepContext): Promise<StepResult> {
  const { accesses } = await api.json<Accesses>(targetOf(stage.patient), ofPatient(stage, '/accesses'), {}, stage.patient.persona.name);
  const theirs =
    accesses.find(({ organisation, outcome }) => organisation.id === other(stage).id && outcome === 'released') ??
    accesses.find(({ organisation }) => organisation.id === other(stage).id);
  if (theirs === undefined) return { holds: false, text: words['result.lookedNone'] };
  return { holds: true, text: words['result.looked'](`${theirs.who.name}, ${theirs.organisation.name}`, theirs.what, theirs.basis) };
}

async function stop(context: StepContext): Promise<StepResult> {
  const { stage, api, words, language } = context;
  const as = stage.patient.persona.name;
  const { shares } = await api.json<{ readonly shares: readonly Share[] }>(targetOf(stage.patient), ofPatient(stage, '/shares'), {}, as);
  let last: Share | undefined;
  for (const active of shares.filter(({ state, organisation }) => state === 'active' && organisation.id === other(stage).id)) {
    last = await api.json<Share>(targetOf(stage.patient), ofPatient(stage, `/shares/${active.grantId}`), { method: 'DELETE' }, as);
  }
  last ??= shares.find(({ state, organisation }) => state === 'stopped' && organisation.id === other(stage).id);
  const stopped =
    last?.stopped === undefined ? '' : words['result.stopped'](formatMoment(last.stopped.time, { language, seconds: true }), last.stopped.height);
  const refusal = await refusedNow(context);
  return refusal === undefined
    ? { holds: false, text: `${stopped} ${words['result.stillThere']}` }
    : { holds: true, text: `${stopped} ${words['result.refusedNow'](refusal)}` };
}

async function refusedNow(context: StepContext): Promise<string | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      if ((await chartElsewhere(context)) === undefined) {
        const body = requestBody(context.stage);
        const answer = await context.api.json<AccessRequestAnswer>(
          targetOf(context.stage.clinician),
          '/portal/api/access-requests',
          { method: 'POST', body },
          context.stage.clinician.persona.name,
        );
        return answer.outcome === 'asked' ? answer.reason : undefined;
      }
    } catch (error) {
      if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return error.message;
      throw error;
    }
    await pause(500);
  }
  return undefined;
}

async function tamper({ stage, api, words }: StepContext): Promise<StepResult> {
  const { attacks } = await api.json<{ readonly attacks: readonly Attack[] }>({ url: '' }, '/hub/api/attacks');
  const attack = attacks.find(({ name }) => name === 'flip-record') ?? attacks[0];
  if (attack === undefined) return { holds: false, text: words['attack.noneText'] };
  const { did } = await api.json<{ readonly did: string }>({ url: '' }, '/hub/api/attacks', {
    method: 'POST',
    body: { name: attack.name, organisationId: home(stage).id },
  });
  return { holds: true, text: words['result.tampered'](did) };
}

async function notice({ stage, api, words }: StepContext): Promise<StepResult> {
  const report = await api.json<VerificationReport>(targetOf(stage.operator), '/node/api/verify', { method: 'POST' }, stage.operator.persona.name);
  const [first] = report.findings;
  return first === undefined
    ? { holds: false, text: words['result.notNoticed'] }
    : { holds: true, text: words['result.noticed'](report.findings.length, `${first.what} (${first.where})`) };
}

async function heal({ stage, api, words }: StepContext): Promise<StepResult> {
  const { healed, failed, after } = await api.json<HealReport>(
    targetOf(stage.operator),
    '/node/api/heal',
    { method: 'POST' },
    stage.operator.persona.name,
  );
  if (failed.length === 0 && after.holds)
    return { holds: true, text: words['result.healed'](healed.length, [...new Set(healed.map(({ from }) => from))].join(', ') || home(stage).name) };
  return {
    holds: false,
    text:
      healed.length === 0
        ? words['result.notHealed'](Math.max(failed.length, after.findings.length))
        : words['result.healedPart'](healed.length, failed.length),
  };
}

export const tourSteps: readonly TourStep[] = [
  {
    name: 'ask',
    run: ask,
    look: { as: 'clinician', path: '/clinician/request' },
    commands: (stage) => [`npx careledger token --org ${other(stage).id} --role clinician`],
  },
  {
    name: 'share',
    run: share,
    look: { as: 'patient', path: '/patient/sharing' },
    commands: (stage) => [`npx careledger token --org ${home(stage).id} --role patient --patient ${stage.banner.id}`],
  },
  { name: 'read', run: read, look: { as: 'clinician', path: '/clinician' }, commands: () => [] },
  { name: 'looked', run: looked, look: { as: 'patient', path: '/patient/accesses' }, commands: () => [] },
  { name: 'stop', run: stop, look: { as: 'patient', path: '/patient/sharing' }, commands: () => [] },
  {
    name: 'tamper',
    run: tamper,
    look: { as: 'operator', path: '/desk' },
    commands: (stage) => [`npx careledger attack --org ${home(stage).id} flip-record`],
  },
  {
    name: 'notice',
    run: notice,
    look: { as: 'operator', path: '/desk' },
    commands: (stage) => [`npx careledger verify --all --org ${home(stage).id}`],
  },
  { name: 'heal', run: heal, look: { as: 'operator', path: '/desk' }, commands: (stage) => [`npx careledger heal --org ${home(stage).id}`] },
];
