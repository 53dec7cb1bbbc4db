/** The elements of a resource that a search parameter speaks of. */
import { parseReference } from '../datatypes/reference.ts';
import type { SearchParam } from '../definitions/search-params.ts';
import { compileFhirPath } from '../fhirpath/compile.ts';
import type { Compiled, Environment } from '../fhirpath/functions.ts';
import { Node, none, resourceNode, type Nodes } from '../fhirpath/node.ts';

export type ResourceJson = Readonly<Record<string, unknown>> & { readonly resourceType: string };

const compiled = new WeakMap<SearchParam, Compiled>();

function pathOf(param: SearchParam): Compiled {
  let path = compiled.get(param);
  if (!path) {
    path = compileFhirPath(param.path!);
    compiled.set(param, path);
  }
  return path;
}

/** `resolve()` in a search expression asks only for the type of what a reference leads to. */
function resolver(root: Node): NonNullable<Environment['resolve']> {
  return (node) => {
    const reference =
      typeof node.value === 'string' ? { reference: node.value } : (node.value as { reference?: unknown; type?: unknown } | undefined);
    const text = reference?.reference;
    if (typeof text === 'string') {
      const parsed = parseReference(text);
      if (parsed.kind === 'literal') return new Node(undefined, parsed.type);
      if (parsed.kind === 'contained') {
        const contained = (root.value as { contained?: unknown }).contained;
        const found = Array.isArray(contained)
          ? (contained as { id?: unknown; resourceType?: unknown }[]).find((one) => one?.id === parsed.id)
          : undefined;
        return found ? resourceNode(found) : undefined;
      }
    }
    return typeof reference === 'object' && 'type' in reference && typeof reference.type === 'string'
      ? new Node(undefined, reference.type)
      : undefined;
  };
}

/** A resource ready to be looked into by several parameters. */
export interface Opened {
  readonly resource: ResourceJson;
  readonly focus: Nodes;
  readonly environment: Environment;
}

export function open(resource: ResourceJson): Opened {
  const root = resourceNode(resource);
  return { resource, focus: [root], environment: { resource: root, root, context: root, resolve: resolver(root) } };
}

export const elementsOf = (opened: Opened, param: SearchParam): Nodes =>
  param.path === undefined ? none : pathOf(param)(opened.focus, opened.environment);
