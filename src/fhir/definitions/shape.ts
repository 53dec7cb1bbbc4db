/** A type as the validator and FHIRPath walk it: decoded from the compact form on first use. */

export interface Element {
  /** Without `[x]`. */
  readonly name: string;
  readonly choice: boolean;
  readonly min: number;
  /** Infinity: no limit. */
  readonly max: number;
  /** Types or, for backbone elements and content references, the name of a shape. */
  readonly types: readonly string[];
  /** Index of the required binding, or -1. */
  readonly binding: number;
  /** Types a Reference may lead to; undefined: any. */
  readonly targets: readonly string[] | undefined;
  /** Indexes of constraints. */
  readonly constraints: readonly number[];
}

/** A property of the JSON object: a choice element has one for each type. */
export interface Property {
  /** As in JSON. */
  readonly name: string;
  /** Of the sibling that carries id and extensions of a primitive: `_name`. */
  readonly extraName: string;
  readonly element: Element;
  /** Position of the element in the shape's list. */
  readonly position: number;
  readonly type: string;
  /** Primitive values are JSON scalars with a sibling `_name`. */
  readonly primitive: boolean;
}

export interface Shape {
  readonly name: string;
  readonly base: string | undefined;
  readonly resource: boolean;
  readonly elements: readonly Element[];
  readonly properties: ReadonlyMap<string, Property>;
  /** By element name: one property, or one for each type of a choice. */
  readonly byElement: ReadonlyMap<string, readonly Property[]>;
  readonly constraints: readonly number[];
}

const primitiveTypes: ReadonlySet<string> = new Set(
  'base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid xhtml'.split(
    ' ',
  ),
);

export const isPrimitive = (type: string): boolean => primitiveTypes.has(type);
