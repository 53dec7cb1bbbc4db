import type { Nodes } from '../fhirpath/node.ts';
import { canonicalUnit, ucumSystem } from '../ucum/units.ts';
import { timeRange } from './values/date-element.ts';
import { measuredOf } from './values/number-element.ts';
import { stringsOf } from './values/string-element.ts';
import { normalise } from './values/text.ts';
import { tokensOf } from './values/token-element.ts';

/**
 * What a resource is sorted by (R4 search §3.1.1.5.1): of several values the lowest when ascending, the highest when descending. Text,
 * or a number (dates in milliseconds: start ascending, last instant descending; quantities in base units).
 */
export function sortValue(nodes: Nodes, descending: boolean): string | number | undefined {
  let best: string | number | undefined;
  for (const node of nodes) {
    for (const value of valuesOf(node, descending)) {
      if (best === undefined || (descending ? value > best : value < best)) best = value;
    }
  }
  return best;
}

function valuesOf(node: Nodes[number], descending: boolean): readonly (string | number)[] {
  if (node.type === 'date' || node.type === 'dateTime' || node.type === 'instant' || node.type === 'Period' || node.type === 'Timing') {
    const range = timeRange(node);
    return range ? [descending ? range.end - 1 : range.start] : [];
  }
  if (node.type === 'Reference') {
    const text = (node.value as { reference?: unknown } | undefined)?.reference;
    return typeof text === 'string' ? [text] : [];
  }
  if (node.type === 'CodeableConcept' || node.type === 'Coding' || node.type === 'Identifier' || node.type === 'ContactPoint')
    return tokensOf(node).map((token) => token.code);
  const measured = measuredOf(node);
  if (measured) {
    const { system, code } = measured.unit;
    const unit = system === ucumSystem && code !== undefined ? canonicalUnit(code) : undefined;
    const value = descending ? measured.high : measured.low;
    return [unit ? unit.toBase(value) : value];
  }
  if (typeof node.value === 'boolean') return [String(node.value)];
  return stringsOf(node).map(normalise);
}
