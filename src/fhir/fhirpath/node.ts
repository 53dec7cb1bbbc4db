/** A value on the way of a FHIRPath evaluation, with its type: an element of a resource, or something computed. */
import { definitions } from '../definitions/definitions.ts';
import type { Property, Shape } from '../definitions/shape.ts';

export class Node {
  /** JSON value; undefined for a primitive that has only extensions, or for a resource known by its type alone. */
  readonly value: unknown;
  /** FHIR type, name of a backbone shape, or `System.…` for computed values. */
  readonly type: string;
  /** The `_name` sibling of a primitive. */
  readonly extra: unknown;

  constructor(value: unknown, type: string, extra?: unknown) {
    this.value = value;
    this.type = type;
    this.extra = extra;
  }
}

export type Nodes = readonly Node[];

export const none: Nodes = [];
const yes: Nodes = [new Node(true, 'System.Boolean')];
const no: Nodes = [new Node(false, 'System.Boolean')];

/** Undefined: the empty collection. */
export const truth = (value: boolean | undefined): Nodes => (value === undefined ? none : value ? yes : no);

export const text = (value: string): Nodes => [new Node(value, 'System.String')];

export const integer = (value: number): Nodes => [new Node(value, 'System.Integer')];

/** The node of a whole resource; its type is what `resourceType` says. */
export const resourceNode = (resource: { readonly resourceType?: unknown }): Node =>
  new Node(resource, typeof resource.resourceType === 'string' ? resource.resourceType : 'Resource');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function pushProperty(object: Readonly<Record<string, unknown>>, property: Property, out: Node[]): void {
  const value = object[property.name];
  const extra = property.primitive ? object[property.extraName] : undefined;
  if (value === undefined && extra === undefined) return;
  if (Array.isArray(value) || Array.isArray(extra)) {
    const values = Array.isArray(value) ? value : [];
    const extras = Array.isArray(extra) ? extra : [];
    const { length } = values.length >= extras.length ? values : extras;
    for (let i = 0; i < length; i++) pushOne(values[i] ?? undefined, extras[i] ?? undefined, property, out);
  } else pushOne(value ?? undefined, extra, property, out);
}

function pushOne(value: unknown, extra: unknown, property: Property, out: Node[]): void {
  if (value === undefined && extra === undefined) return;
  const type = property.type === 'Resource' && isObject(value) && typeof value['resourceType'] === 'string' ? value['resourceType'] : property.type;
  out.push(new Node(value, type, extra));
}

const elementShape = definitions.shape.bind(definitions);

const shapeOf = (node: Node): Shape | undefined => elementShape(node.type);

/** Children of one name, appended to `out`. */
export function pushChildren(node: Node, name: string, out: Node[]): void {
  if (!isObject(node.value)) {
    if (isObject(node.extra) && (name === 'extension' || name === 'id'))
      pushProperty(node.extra, shapeOf(node)?.properties.get(name) ?? elementShape('Element')!.properties.get(name)!, out);
    return;
  }
  const shape = shapeOf(node);
  const properties = shape?.byElement.get(name);
  if (!properties) return;
  if (properties.length <= 8) {
    for (const property of properties) pushProperty(node.value, property, out);
    return;
  }
  // Choices of many types: what is there is less than what could be.
  for (const key of Object.keys(node.value)) {
    if (!key.startsWith(name)) continue;
    const property = shape!.properties.get(key);
    if (property?.element.name === name) pushProperty(node.value, property, out);
  }
}

/** All children. */
export function pushAllChildren(node: Node, out: Node[]): void {
  if (!isObject(node.value)) {
    if (isObject(node.extra)) for (const property of elementShape('Element')!.properties.values()) pushProperty(node.extra, property, out);
    return;
  }
  const shape = shapeOf(node);
  if (!shape) return;
  for (const key of Object.keys(node.value)) {
    const property = shape.properties.get(key);
    if (property) pushProperty(node.value, property, out);
    else if (key.startsWith('_') && node.value[key.slice(1)] === undefined) {
      const primitive = shape.properties.get(key.slice(1));
      if (primitive) pushProperty(node.value, primitive, out);
    }
  }
}

const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

/** Whether the node is of the type or of one that derives from it. `Boolean` and `boolean` are taken for the same, as R4's expressions do. */
export function isOfType(node: Node, name: string): boolean {
  if (node.type === name || node.type === `System.${name}`) return true;
  for (let at: string | undefined = node.type; at !== undefined; at = elementShape(at)?.base) {
    if (at === name || capital(at) === name) return true;
  }
  return false;
}
