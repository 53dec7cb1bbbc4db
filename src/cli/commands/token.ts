/** `careledger token`: a bearer token for trying things out. Sandbox only: the keys are in its data directory. */
import { isRole, type Role } from '../../access/principal.ts';
import { codedError } from '../../base/errors.ts';
import { unwrap } from '../../base/result.ts';
import { trialToken } from '../../organisation/trial-token.ts';
import { sandboxOrganisations } from '../../sandbox/organisations.ts';
import { sandboxToken } from '../../sandbox/tokens.ts';
import { CommandError, type Command } from '../command.ts';
import { cliErrors } from '../errors.ts';

const usage = (message: string): CommandError =>
  new CommandError(codedError(cliErrors, 'cli.usage', { message, hint: 'See "npx careledger token --help".' }));

/** `admin` is what other tools call who runs a node. */
const roleOf = (text: string): Role => {
  const role = text === 'admin' ? 'operator' : text;
  if (isRole(role)) return role;
  throw usage(`There is no role "${text}".`);
};

const NAMES: Readonly<Record<Role, string>> = {
  patient: 'Patient (command line)',
  clinician: 'Clinician (command line)',
  'privacy-officer': 'Privacy officer (command line)',
  operator: 'Operator (command line)',
  system: 'System (command line)',
};

export const command: Command = {
  summary: 'Prints a bearer token of an organisation, and nothing else. For sandboxes and networks for trial only.',
  usage: '--org ID | --home DIR --role ROLE [--patient ID] [--scope SCOPES] [--name NAME]',
  options: {
    org: { type: 'string', value: 'ID', help: `organisation: ${sandboxOrganisations.map(({ id }) => id).join(', ')}` },
    home: { type: 'string', value: 'DIR', help: 'home of an organisation of a network that is for trial, instead of --org' },
    role: { type: 'string', value: 'ROLE', help: 'clinician, patient, privacy-officer, operator (also: admin), system' },
    patient: { type: 'string', value: 'ID', help: 'id of the Patient record, for the role patient' },
    scope: { type: 'string', value: 'SCOPES', help: 'SMART scopes, separated by spaces (default: all of the role)' },
    name: { type: 'string', value: 'NAME', help: 'who it is for, as the access log will show it' },
    hours: { type: 'string', value: 'N', help: 'how long it holds (default 12)' },
  },
  examples: [
    'token --org city-hospital --role clinician',
    'token --org st-marys --role patient --patient 4f4f3544-f4d4-4133-8bd5-ed210cfad0da',
    'token --home /tmp/network/a --role system',
    "token --org city-hospital --role system --scope 'system/Observation.rs'",
  ],
  async run(context) {
    const org = context.text('org');
    const roleText = context.text('role');
    const home = context.text('home');
    if ((org === undefined) === (home === undefined)) throw usage('Say which organisation: with --org (sandbox), or --home (network for trial).');
    if (roleText === undefined) throw usage('Say which role with --role.');
    const role = roleOf(roleText);
    const patient = context.text('patient');
    const scopes = context
      .text('scope')
      ?.split(/\s+/)
      .filter((scope) => scope !== '');
    const hours = Number(context.text('hours') ?? '12');
    if (!Number.isFinite(hours) || hours <= 0) throw usage('--hours must be a number above 0.');
    const claims = {
      role,
      name: context.text('name') ?? NAMES[role],
      lifetimeSeconds: Math.round(hours * 3600),
      ...(patient === undefined ? {} : { patient }),
      ...(scopes === undefined ? {} : { scopes }),
    };
    const token = home === undefined ? await sandboxToken(context.dataDirectory, org!, claims) : unwrap(await trialToken(home, claims));
    context.say(token);
    context.result({ token, ...(org === undefined ? { home } : { organisation: org }), role });
    return true;
  },
};
