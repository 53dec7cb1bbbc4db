/** What the validator does with each property of a type, worked out once per type. */
import { definitions } from '../definitions/definitions.ts';
import type { Element, Shape } from '../definitions/shape.ts';
import { constraint, type Constraint } from './constraints.ts';
import { primitiveCheck, type PrimitiveCheck } from './primitives.ts';

export interface Field {
  readonly element: Element;
  readonly type: string;
  readonly kind: 'primitive' | 'extra' | 'complex' | 'resource' | 'reference' | 'extension' | 'narrative';
  readonly many: boolean;
  readonly check: PrimitiveCheck | undefined;
  readonly integer: boolean;
  /** Of the pair `name` and `_name`: the other's name. */
  readonly sibling: string;
  readonly constraints: readonly Constraint[];
}

export interface Plan {
  readonly shape: Shape;
  readonly fields: ReadonlyMap<string, Field>;
  /** Elements that must be there, each with the names that count as presence. */
  readonly required: readonly (readonly [element: Element, names: readonly string[]])[];
  readonly constraints: readonly Constraint[];
}

const compiledConstraints = (indexes: readonly number[]): readonly Constraint[] => indexes.flatMap((index) => constraint(index) ?? []);

function kindOfType(type: string, primitive: boolean): Field['kind'] {
  if (type === 'xhtml') return 'narrative';
  if (primitive) return 'primitive';
  if (type === 'Reference') return 'reference';
  if (type === 'Extension') return 'extension';
  return type === 'Resource' ? 'resource' : 'complex';
}

function build(shape: Shape): Plan {
  const fields = new Map<string, Field>();
  const required: (readonly [Element, readonly string[]])[] = [];
  for (const [name, property] of shape.properties) {
    const { element, type, primitive } = property;
    const kind = kindOfType(type, primitive);
    const field: Field = {
      element,
      type,
      kind,
      many: element.max > 1,
      check: primitive ? primitiveCheck(type) : undefined,
      integer: type === 'integer' || type === 'positiveInt' || type === 'unsignedInt',
      sibling: property.extraName,
      constraints: compiledConstraints(element.constraints),
    };
    fields.set(name, field);
    // Ids of elements, and narratives, are plain: no `_id`, no `_div`.
    if (kind === 'primitive') fields.set(property.extraName, { ...field, kind: 'extra', sibling: name });
  }
  for (const element of shape.elements) {
    if (element.min === 0 || element.max === 0) continue;
    const names = shape.byElement
      .get(element.name)!
      .flatMap((property) => (property.primitive ? [property.name, property.extraName] : [property.name]));
    required.push([element, names]);
  }
  return { shape, fields, required, constraints: compiledConstraints(shape.constraints) };
}

const plans = new Map<string, Plan>();

/** Undefined: not a type of base R4. */
export function planOf(type: string): Plan | undefined {
  let plan = plans.get(type);
  if (!plan) {
    const shape = definitions.shape(type);
    if (!shape) return undefined;
    plan = build(shape);
    plans.set(type, plan);
  }
  return plan;
}
