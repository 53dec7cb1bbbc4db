import { parseReference } from '../datatypes/reference.ts';
import { definitions } from '../definitions/definitions.ts';

interface ReferenceJson {
  readonly reference?: unknown;
  readonly type?: unknown;
}

/** Types and ids of contained resources, by which `#id` is looked up. */
export type Contained = ReadonlyMap<string, string>;

/** What is wrong with a Reference, or undefined. `targets`: undefined allows any type. */
export function checkReference(value: ReferenceJson, targets: readonly string[] | undefined, contained: Contained): string | undefined {
  const { reference, type } = value;
  const stated = typeof type === 'string' ? type : undefined;
  if (stated !== undefined && targets && definitions.isResourceType(stated) && !targets.includes(stated))
    return `must not refer to ${stated}: only to ${targets.join(', ')}`;
  if (typeof reference !== 'string' || reference === '') return undefined;
  const parsed = parseReference(reference);
  if (parsed.kind === 'contained') {
    if (parsed.id === '') return undefined;
    const found = contained.get(parsed.id);
    if (found === undefined) return `refers to \`${reference.slice(0, 80)}\`, but no contained resource has that id`;
    return targets && !targets.includes(found) ? `must not refer to ${found}: only to ${targets.join(', ')}` : undefined;
  }
  if (parsed.kind === 'literal') {
    if (targets && !targets.includes(parsed.type)) return `must not refer to ${parsed.type}: only to ${targets.join(', ')}`;
    return stated !== undefined && stated !== parsed.type ? `says type ${stated} but refers to ${parsed.type}` : undefined;
  }
  return /^[A-Za-z][A-Za-z0-9+.-]*:|^[A-Z][A-Za-z]+\?/.test(parsed.url)
    ? undefined
    : `\`${reference.slice(0, 80)}\` is neither \`Type/id\` nor a URL nor \`#id\``;
}
