import type { Node } from '../../fhirpath/node.ts';
import type { Interval } from './interval.ts';

interface Unit {
  readonly system: string | undefined;
  readonly code: string | undefined;
  /** As displayed. */
  readonly text: string | undefined;
}

export interface Measured extends Interval {
  readonly unit: Unit;
}

const noUnit: Unit = { system: undefined, code: undefined, text: undefined };
const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

interface QuantityJson {
  readonly value?: unknown;
  readonly comparator?: unknown;
  readonly system?: unknown;
  readonly code?: unknown;
  readonly unit?: unknown;
}

/** A comparator makes an open interval of the value: `<5` is everything below. */
function quantity(json: QuantityJson | undefined): Measured | undefined {
  if (typeof json?.value !== 'number') return undefined;
  const { value, comparator } = json;
  const unit = { system: string(json.system), code: string(json.code), text: string(json.unit) };
  if (comparator === '<' || comparator === '<=') return { low: -Infinity, high: value, unit };
  if (comparator === '>' || comparator === '>=') return { low: value, high: Infinity, unit };
  return { low: value, high: value, unit };
}

/** Numbers and quantities of an element; undefined for what has none (SampledData among them). */
export function measuredOf(node: Node): Measured | undefined {
  const { value, type } = node;
  if (typeof value === 'number') return { low: value, high: value, unit: noUnit };
  if (typeof value !== 'object' || value === null) return undefined;
  if (type === 'Money') {
    const { value: amount, currency } = value as { value?: unknown; currency?: unknown };
    return typeof amount === 'number'
      ? { low: amount, high: amount, unit: { system: 'urn:iso:std:iso:4217', code: string(currency), text: undefined } }
      : undefined;
  }
  if (type === 'Range') {
    const { low, high } = value as { low?: QuantityJson; high?: QuantityJson };
    const [from, to] = [quantity(low), quantity(high)];
    if (!from && !to) return undefined;
    return { low: from?.low ?? -Infinity, high: to?.high ?? Infinity, unit: (from ?? to)!.unit };
  }
  return type === 'SampledData' ? undefined : quantity(value as QuantityJson);
}
