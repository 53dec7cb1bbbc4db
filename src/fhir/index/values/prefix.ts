/** Comparison prefixes of dates, numbers and quantities (R4 search §3.1.1.4.5), over intervals. */

const prefixes = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof prefixes)[number];

export function splitPrefix(text: string): { readonly prefix: Prefix; readonly rest: string } {
  const head = text.slice(0, 2);
  return (prefixes as readonly string[]).includes(head) ? { prefix: head as Prefix, rest: text.slice(2) } : { prefix: 'eq', rest: text };
}
