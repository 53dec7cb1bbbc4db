/** Who is in the sandbox network, and on which ports. */
import type { OrganisationKind } from '../contract/network.ts';

export interface SandboxOrganisation {
  readonly id: string;
  readonly name: string;
  readonly kind: OrganisationKind;
}

/** In the order of their ports. */
export const sandboxOrganisations = [
  { id: 'city-hospital', name: 'City Hospital', kind: 'hospital' },
  { id: 'st-marys', name: "St Mary's Hospital", kind: 'hospital' },
  { id: 'northside-clinic', name: 'Northside Clinic', kind: 'clinic' },
  { id: 'meridian-health', name: 'Meridian Health Insurance', kind: 'insurer' },
  { id: 'medicines-authority', name: 'Medicines and Health Data Authority', kind: 'regulator' },
] as const satisfies readonly SandboxOrganisation[];

export const DEFAULT_PORT = 8080;

/** Highest base port: the channel between nodes is a thousand above, the consensus two thousand. */
export const MAX_PORT = 65_535 - 2000 - sandboxOrganisations.length;

export interface OrganisationPorts {
  /** HTTP: FHIR, portal, explorer. */
  readonly http: number;
  /** Node to node, mTLS. */
  readonly channel: number;
  /** Between validators, on CometBFT. */
  readonly consensus: number;
}

/** Ports of the organisation at a position, given the hub's. */
export const portsAt = (basePort: number, position: number): OrganisationPorts => ({
  http: basePort + 1 + position,
  channel: basePort + 1001 + position,
  consensus: basePort + 2001 + position,
});
