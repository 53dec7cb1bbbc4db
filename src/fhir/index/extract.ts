/** Everything that the index, the compartments and the labels take from one resource, in one pass over its search parameters. */
import { definitions } from '../definitions/definitions.ts';
import { searchParams, type SearchParam } from '../definitions/search-params.ts';
import { labelsOf } from '../labels/labels.ts';
import { elementsOf, open, type ResourceJson } from './elements.ts';
import type { Extracted, ExtractOptions } from './model.ts';
import type { TermSink } from './param-type.ts';
import { dateParameter } from './search-order.ts';
import { presentValue, term, termName } from './terms.ts';
import { typeOf } from './types/all.ts';
import { timeRange } from './values/date-element.ts';

/** Parameters that need no terms: the records layer knows ids and times of update, unions are asked for by their parts. */
const indexed = (param: SearchParam): boolean =>
  typeOf(param) !== undefined && param.union === undefined && param.code !== '_id' && param.code !== '_lastUpdated';

const plans = new Map<string, readonly SearchParam[]>();

function planOf(type: string): readonly SearchParam[] {
  let plan = plans.get(type);
  if (!plan) {
    plan = [...searchParams(type).values()].filter(indexed);
    if (definitions.isResourceType(type)) plans.set(type, plan);
  }
  return plan;
}

class Sink implements TermSink {
  readonly tokens = new Set<string>();
  readonly edges = new Map<string, { readonly param: string; readonly target: string }>();
  readonly ownBases: readonly string[];

  constructor(ownBases: readonly string[]) {
    this.ownBases = ownBases;
  }

  token(param: SearchParam, value: string): void {
    this.tokens.add(term(param.on, param.code, value));
  }

  edge(param: SearchParam, target: string): void {
    const name = termName(param.on, param.code);
    this.edges.set(`${name} ${target}`, { param: name, target });
  }
}

/** `resource` has passed validation, has its id, and refers to records of this server by `Type/id`. */
export function extractTerms(resource: ResourceJson, options: ExtractOptions = {}): Extracted {
  const type = resource.resourceType;
  const opened = open(resource);
  const sink = new Sink(options.ownBases ?? []);
  const sortBy = dateParameter(type);
  let sortDate: number | undefined;
  for (const param of planOf(type)) {
    const nodes = elementsOf(opened, param);
    if (nodes.length === 0) continue;
    if (!param.required && !param.alias) sink.token(param, presentValue);
    const paramType = typeOf(param)!;
    for (const node of nodes) paramType.addTerms(param, node, sink);
    if (param.code === sortBy) {
      const range = timeRange(nodes[0]!);
      if (range) sortDate = Number.isFinite(range.start) ? range.start : range.end - 1;
    }
  }
  const edges = [...sink.edges.values()];
  const { patient, compartments } = compartmentsOf(resource, edges);
  return {
    terms: { tokens: [...sink.tokens], edges },
    patient,
    compartments,
    labels: labelsOf(resource),
    ...(sortDate === undefined ? {} : { sortDate }),
  };
}

const patientPrefix = 'Patient/';

/** Patients by the CompartmentDefinition; the record belongs to the one it is about, when that is one. */
function compartmentsOf(
  resource: ResourceJson,
  edges: readonly { readonly param: string; readonly target: string }[],
): Pick<Extracted, 'patient' | 'compartments'> {
  const type = resource.resourceType;
  const ids = new Set<string>();
  const subjects = new Set<string>();
  const self = type === 'Patient' && typeof resource['id'] === 'string' ? resource['id'] : undefined;
  if (self !== undefined) ids.add(self);
  // `Patient.link` puts one Patient into the compartment of another; here a Patient is in its own only, so that no link opens a record.
  const params = type === 'Patient' ? undefined : definitions.patientCompartment(type);
  if (params) {
    for (const { param, target } of edges) {
      if (!target.startsWith(patientPrefix)) continue;
      const code = param.slice(type.length + 1);
      const id = target.slice(patientPrefix.length);
      if (params.includes(code)) ids.add(id);
      if (code === 'patient' || code === 'subject') subjects.add(id);
    }
  }
  const patient = self ?? (subjects.size === 1 ? [...subjects][0] : ids.size === 1 ? [...ids][0] : undefined);
  if (patient !== undefined && params) ids.add(patient);
  return { patient, compartments: [...ids] };
}
