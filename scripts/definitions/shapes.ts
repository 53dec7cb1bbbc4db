import type { CompactConstraint, CompactElement, CompactShape } from '../../src/fhir/definitions/model.ts';
import { furtherTargets, relaxedMinimum } from './corrections.ts';
import type { Bindings } from './bindings.ts';
import type { SourceElement, SourceStructure } from './sources.ts';

const lastSegment = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

export class Constraints {
  readonly list: CompactConstraint[] = [];
  private readonly index = new Map<string, number>();

  /** `ele-1` and `ext-1` hold for every element and extension: the validator knows them by heart. */
  add(element: SourceElement): number[] {
    const found: number[] = [];
    for (const constraint of element.constraint ?? []) {
      if (!constraint.expression || constraint.key === 'ele-1' || constraint.key === 'ext-1') continue;
      const name = `${constraint.key} ${constraint.expression}`;
      let at = this.index.get(name);
      if (at === undefined) {
        at = this.list.length;
        this.index.set(name, at);
        this.list.push([constraint.key, constraint.severity, constraint.expression, constraint.human]);
      }
      found.push(at);
    }
    return found;
  }
}

function typeCode(element: SourceElement, type: { readonly code: string; readonly profile?: readonly string[] }): string {
  // The element `id` is a FHIRPath string in the definitions; of a resource it is an `id`, of an element a string.
  if (type.code.startsWith('http://hl7.org/fhirpath/')) return element.base?.path === 'Resource.id' ? 'id' : 'string';
  // The only profiles on data types that the base definitions use are those of Quantity.
  if (type.code === 'Quantity' && type.profile?.length === 1) return lastSegment(type.profile[0]!);
  return type.code;
}

/** The shapes of one structure: its root and one for each backbone element. Inherited elements are left to the base shape. */
export function compileShapes(structure: SourceStructure, constraints: Constraints, bindings: Bindings): Record<string, CompactShape> {
  const root = structure.snapshot.element[0]!.path;
  const name = structure.derivation === 'constraint' ? structure.name : root;
  const shapes: Record<string, { b?: string; k?: number[]; e: CompactElement[] }> = {};
  const base = structure.baseDefinition && lastSegment(structure.baseDefinition);
  const rootConstraints = constraints.add(structure.snapshot.element[0]!);
  shapes[name] = { ...(base ? { b: base } : {}), ...(rootConstraints.length ? { k: rootConstraints } : {}), e: [] };
  for (const element of structure.snapshot.element.slice(1)) {
    const at = element.path.lastIndexOf('.');
    const parent = element.path.slice(0, at);
    const inherited = element.base !== undefined && element.base.path !== element.path && element.max !== '0';
    if (inherited && !(structure.derivation === 'constraint')) continue;
    if (structure.derivation === 'constraint' && element.max !== '0') continue;
    const shape = shapes[parent === root ? name : parent]!;
    const types = element.type ?? [];
    const codes = element.contentReference ? [element.contentReference] : types.map((type) => typeCode(element, type));
    const backbone =
      !element.contentReference &&
      codes.length === 1 &&
      (codes[0] === 'BackboneElement' || codes[0] === 'Element') &&
      element.path !== 'Extension.value[x]';
    const isBackbone = backbone && structure.snapshot.element.some((other) => other.path.startsWith(`${element.path}.`));
    if (isBackbone) shapes[element.path] = { b: codes[0]!, e: [] };
    const targets = new Set(types.filter((type) => type.code === 'Reference').flatMap((type) => (type.targetProfile ?? []).map(lastSegment)));
    for (const target of targets.size > 0 ? (furtherTargets[element.path] ?? []) : []) targets.add(target);
    const required = element.binding?.strength === 'required' && element.binding.valueSet;
    shape.e.push([
      element.path.slice(at + 1),
      relaxedMinimum.has(element.path) ? 0 : element.min,
      element.max === '*' ? -1 : Number(element.max),
      isBackbone ? '' : codes.join('|'),
      required ? bindings.add(element.binding.valueSet!) : -1,
      targets.has('Resource') ? '' : [...targets].join(' '),
      constraints.add(element),
    ]);
  }
  return shapes;
}
