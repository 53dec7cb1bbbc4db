/**
 * The base FHIR R4 definitions, decoded type by type on first use. Immutable data: the caches below only remember what the committed
 * file says.
 */
import { readFileSync } from 'node:fs';
import type { CompactConstraint, CompactDefinitions, CompactParam, CompactShape } from './model.ts';
import { isPrimitive, type Element, type Property, type Shape } from './shape.ts';

export interface Binding {
  readonly url: string;
  /** Code → systems in which it is. */
  readonly codes: ReadonlyMap<string, readonly string[]>;
  readonly systems: readonly string[];
}

const readCompact = (): CompactDefinitions => JSON.parse(readFileSync(new URL('./r4.generated.json', import.meta.url), 'utf8')) as CompactDefinitions;

class Definitions {
  private loaded: CompactDefinitions | undefined;
  private readonly shapes = new Map<string, Shape | undefined>();
  private readonly bindings = new Map<number, Binding>();
  private names: ReadonlySet<string> | undefined;

  private get compact(): CompactDefinitions {
    return (this.loaded ??= readCompact());
  }

  /** Resource types, in alphabetical order. */
  get resourceTypes(): readonly string[] {
    return this.compact.resources;
  }

  isResourceType(name: string): boolean {
    return (this.names ??= new Set(this.compact.resources)).has(name);
  }

  shape(name: string): Shape | undefined {
    const known = this.shapes.get(name);
    if (known || this.shapes.has(name)) return known;
    const compact = Object.hasOwn(this.compact.shapes, name) ? this.compact.shapes[name] : undefined;
    const shape = compact && this.decode(name, compact);
    // Names can come from outside (`resourceType`): only those that exist are remembered.
    if (shape) this.shapes.set(name, shape);
    return shape;
  }

  constraint(index: number): CompactConstraint {
    return this.compact.constraints[index]!;
  }

  get constraints(): readonly CompactConstraint[] {
    return this.compact.constraints;
  }

  binding(index: number): Binding {
    let binding = this.bindings.get(index);
    if (!binding) {
      const [url, groups] = this.compact.bindings[index]!;
      const codes = new Map<string, string[]>();
      for (const [system, list] of groups) for (const code of list.split(' ')) codes.set(code, [...(codes.get(code) ?? []), system]);
      binding = { url, codes, systems: groups.map(([system]) => system) };
      this.bindings.set(index, binding);
    }
    return binding;
  }

  /** Search parameters of one type, those of all resources (`_id`, …) not among them. */
  ownParams(type: string): Readonly<Record<string, CompactParam>> {
    return Object.hasOwn(this.compact.params, type) ? this.compact.params[type]! : {};
  }

  /** Search parameters by which a resource of the type is in a patient's compartment; undefined: the type is never in one. */
  patientCompartment(type: string): readonly string[] | undefined {
    return Object.hasOwn(this.compact.patientCompartment, type) ? this.compact.patientCompartment[type] : undefined;
  }

  private decode(name: string, compact: CompactShape): Shape {
    const base = compact.b === undefined ? undefined : this.shape(compact.b);
    const byName = new Map<string, Element>(base?.elements.map((element) => [element.name, element]));
    for (const [label, min, max, types, binding, targets, constraints] of compact.e) {
      const choice = label.endsWith('[x]');
      const elementName = choice ? label.slice(0, -3) : label;
      byName.set(elementName, {
        name: elementName,
        choice,
        min,
        max: max < 0 ? Infinity : max,
        types: types === '' ? [`${name}.${elementName}`] : types.split('|').map((type) => (type.startsWith('#') ? type.slice(1) : type)),
        binding,
        targets: targets === '' ? undefined : targets.split(' '),
        constraints,
      });
    }
    const elements = [...byName.values()];
    const properties = new Map<string, Property>();
    const byElement = new Map<string, Property[]>();
    for (const [position, element] of elements.entries()) {
      if (element.max === 0) continue;
      const list = element.types.map((type): Property => {
        // SimpleQuantity and MoneyQuantity are profiles: the property is called after the type.
        const suffix = type.endsWith('Quantity') ? 'Quantity' : `${type[0]!.toUpperCase()}${type.slice(1)}`;
        const propertyName = element.choice ? element.name + suffix : element.name;
        return { name: propertyName, extraName: `_${propertyName}`, element, position, type, primitive: isPrimitive(type) };
      });
      for (const property of list) properties.set(property.name, property);
      byElement.set(element.name, list);
    }
    const resource = this.isResourceType(name) || name === 'Resource' || name === 'DomainResource';
    return { name, base: compact.b, resource, elements, properties, byElement, constraints: compact.k ?? [] };
  }
}

export const definitions = new Definitions();
