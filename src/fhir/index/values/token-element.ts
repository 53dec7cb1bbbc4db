import { isPrimitive } from '../../definitions/shape.ts';
import type { Node } from '../../fhirpath/node.ts';

export interface Token {
  readonly system: string | undefined;
  readonly code: string;
}

interface Coded {
  readonly system?: unknown;
  readonly code?: unknown;
  readonly value?: unknown;
}

const string = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function one(value: Coded | undefined, key: 'code' | 'value', withSystem: boolean, out: Token[]): void {
  if (typeof value !== 'object' || value === null) return;
  const code = string(value[key]);
  const system = withSystem ? string(value.system) : undefined;
  // A system without a code can still be searched for (`system|`).
  if (code !== undefined || system !== undefined) out.push({ system, code: code ?? '' });
}

/** Codes of an element (R4 search §3.1.1.4.10, table of data types). */
export function tokensOf(node: Node): readonly Token[] {
  const { value, type } = node;
  const out: Token[] = [];
  if (type === 'CodeableConcept') {
    const codings = (value as { coding?: unknown } | undefined)?.coding;
    if (Array.isArray(codings)) for (const coding of codings) one(coding as Coded, 'code', true, out);
  } else if (type === 'Coding') one(value as Coded, 'code', true, out);
  else if (type === 'Identifier') one(value as Coded, 'value', true, out);
  else if (type === 'ContactPoint') one(value as Coded, 'value', false, out);
  else if (typeof value === 'string') out.push({ system: undefined, code: value });
  else if (typeof value === 'boolean' || typeof value === 'number') out.push({ system: undefined, code: String(value) });
  return out;
}

/** Whether the codes of a type have no system of their own. */
export const isPlainCode = (type: string): boolean => isPrimitive(type) || type === 'ContactPoint' || type.startsWith('System.');

/** Texts that stand with a code: `:text`. */
export function textsOf(node: Node): readonly string[] {
  const { value, type } = node;
  if (typeof value !== 'object' || value === null) return [];
  const texts: unknown[] = [];
  const concept = (of: { text?: unknown; coding?: unknown } | undefined): void => {
    if (!of) return;
    texts.push(of.text);
    if (Array.isArray(of.coding)) for (const coding of of.coding as { display?: unknown }[]) texts.push(coding?.display);
  };
  if (type === 'CodeableConcept') concept(value);
  else if (type === 'Coding') texts.push((value as { display?: unknown }).display);
  else if (type === 'Identifier') concept((value as { type?: { text?: unknown } }).type);
  return texts.filter((text) => typeof text === 'string');
}
