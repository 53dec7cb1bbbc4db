/** The desks: whose page a path is, and what its navigation holds. */
import type { Persona } from '../../contract/network.ts';
import type { shellEn } from '../i18n/en/shell.ts';
import type { IconName } from '../ui/icon.tsx';

export type Role = Persona['role'] | 'explorer' | 'hub';
type Word = Extract<keyof typeof shellEn, `nav.${string}`>;

export interface NavItem {
  readonly to: string;
  readonly label: Word;
  /** For the narrow bar at the foot of a small screen. */
  readonly short: Word;
  readonly icon: IconName;
  /** Other pages of the desk are not below this one. */
  readonly exact?: boolean;
}

const hub: readonly NavItem[] = [
  { to: '/', label: 'nav.hub', short: 'nav.hub', icon: 'network' },
  { to: '/tour', label: 'nav.tour', short: 'nav.tour', icon: 'tour' },
  { to: '/attack', label: 'nav.attack', short: 'nav.attack', icon: 'attack' },
  { to: '/verify', label: 'nav.verify', short: 'nav.verify', icon: 'shield' },
  { to: '/explorer', label: 'nav.explorer', short: 'nav.explorer', icon: 'explorer' },
];

const patient: readonly NavItem[] = [
  { to: '/patient', label: 'nav.record', short: 'nav.record', icon: 'record' },
  { to: '/patient/accesses', label: 'nav.accesses', short: 'nav.accesses', icon: 'eye' },
  { to: '/patient/sharing', label: 'nav.sharing', short: 'nav.sharing', icon: 'share' },
  { to: '/patient/take', label: 'nav.take', short: 'nav.takeShort', icon: 'take' },
];

const clinician: readonly NavItem[] = [
  { to: '/clinician', label: 'nav.patients', short: 'nav.patients', icon: 'people' },
  { to: '/clinician/request', label: 'nav.request', short: 'nav.requestShort', icon: 'ask' },
];

const duty: readonly NavItem[] = [
  { to: '/desk', label: 'nav.health', short: 'nav.healthShort', icon: 'pulse' },
  { to: '/desk/incidents', label: 'nav.incidents', short: 'nav.incidents', icon: 'alarm' },
];

const operator: readonly NavItem[] = [
  ...duty,
  { to: '/desk/ledger', label: 'nav.ledger', short: 'nav.ledgerShort', icon: 'blocks' },
  { to: '/desk/alarms', label: 'nav.alarms', short: 'nav.alarms', icon: 'shieldNo' },
];

const explorer: readonly NavItem[] = [
  { to: '/explorer', label: 'nav.head', short: 'nav.head', icon: 'pulse', exact: true },
  { to: '/explorer/blocks', label: 'nav.blocks', short: 'nav.blocks', icon: 'blocks' },
  { to: '/explorer/organisations', label: 'nav.organisations', short: 'nav.organisationsShort', icon: 'building' },
  { to: '/explorer/governance', label: 'nav.governance', short: 'nav.governance', icon: 'people' },
  { to: '/explorer/witnesses', label: 'nav.witnesses', short: 'nav.witnesses', icon: 'eye' },
  { to: '/explorer/search', label: 'nav.search', short: 'nav.search', icon: 'search' },
];

export const navigation: Readonly<Record<Role, readonly NavItem[]>> = { hub, patient, clinician, 'privacy-officer': duty, operator, explorer };

/** Whose page this is; the desk on duty is the officer's or the operator's, as the session says. */
export function roleOfPath(path: string, session: Persona['role'] | undefined): Role {
  if (path.startsWith('/patient')) return 'patient';
  if (path.startsWith('/clinician')) return 'clinician';
  if (path.startsWith('/desk')) return session === 'privacy-officer' ? 'privacy-officer' : 'operator';
  if (path.startsWith('/explorer')) return 'explorer';
  return 'hub';
}

/** The longest item that the path starts with: the page one is on, in the navigation. */
export function currentItem(items: readonly NavItem[], path: string): NavItem | undefined {
  const here = path.replace(/\/$/, '') || '/';
  return items
    .filter((item) => here === item.to || (item.to !== '/' && item.exact !== true && here.startsWith(`${item.to}/`)))
    .toSorted((a, b) => b.to.length - a.to.length)[0];
}
