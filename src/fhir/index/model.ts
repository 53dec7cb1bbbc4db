/** What the index takes out of a resource, and how a search parameter becomes a condition over the blind index. */
import type { IndexTerms, Match } from '../../records/model.ts';

export interface Extracted {
  readonly terms: IndexTerms;
  /** Id of the patient whose content key seals the resource: the only patient in `compartments`, the Patient itself, else undefined. */
  readonly patient: string | undefined;
  /** Ids of all patients whose compartment the resource is in (CompartmentDefinition `patient`). */
  readonly compartments: readonly string[];
  /** Sensitivity labels (codes). */
  readonly labels: readonly string[];
  /** Clinical date for sorting, milliseconds since 1970. */
  readonly sortDate?: number;
}

export interface ExtractOptions {
  /** FHIR base URLs that are this server's (without trailing slash): absolute references below them count as relative ones. */
  readonly ownBases?: readonly string[];
}

/** A condition, and whether it says all: when `exact` is false, check each decrypted resource with `matchesParam`. */
export interface ParamQuery {
  readonly match: Match;
  readonly exact: boolean;
}

export interface QueryOptions extends ExtractOptions {
  /** Milliseconds since 1970; for the prefix `ap` on dates. */
  readonly now: number;
}
