import type { CompactDefinitions, CompactShape } from '../../src/fhir/definitions/model.ts';
import { Bindings } from './bindings.ts';
import { compileParams } from './params.ts';
import { compileShapes, Constraints } from './shapes.ts';
import type { Sources } from './sources.ts';

export function compileDefinitions(sources: Sources): CompactDefinitions {
  const constraints = new Constraints();
  const bindings = new Bindings(sources);
  const shapes: Record<string, CompactShape> = {};
  for (const structure of sources.structures) Object.assign(shapes, compileShapes(structure, constraints, bindings));
  const resources = sources.structures
    .filter((s) => s.kind === 'resource' && !s.abstract)
    .map((s) => s.name)
    .sort();
  const patientCompartment: Record<string, readonly string[]> = {};
  for (const { code, param } of sources.patientCompartment.resource) if (param?.length && resources.includes(code)) patientCompartment[code] = param;
  return {
    fhirVersion: '4.0.1',
    constraints: constraints.list,
    bindings: bindings.list,
    resources,
    shapes,
    params: compileParams(sources, resources, shapes),
    patientCompartment,
  };
}
