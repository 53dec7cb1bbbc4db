/** Functions of FHIRPath (2.0 §5, and FHIR's additions) that the constraints and search parameters of R4 use. */
import { among, distinct } from './compare.ts';
import { integer, isOfType, Node, none, pushAllChildren, pushChildren, text, truth, type Nodes } from './node.ts';

export interface Environment {
  /** The resource that holds the element, or the contained resource itself. */
  readonly resource: Node;
  /** The resource that holds contained ones. */
  readonly root: Node;
  readonly context: Node;
  /** The resource that a Reference or canonical leads to; a node without value when only its type is known. */
  readonly resolve?: (node: Node) => Node | undefined;
}

export type Compiled = (focus: Nodes, environment: Environment) => Nodes;
/** `subject`: what the function is applied to; arguments are evaluated as the function needs, on `focus` or on each item. */
type Call = (subject: Nodes, args: readonly Compiled[], environment: Environment, focus: Nodes) => Nodes;

/** FHIRPath's singleton evaluation of a boolean; undefined: empty. */
export function boolean(nodes: Nodes): boolean | undefined {
  if (nodes.length === 0) return undefined;
  const { value } = nodes[0]!;
  return typeof value === 'boolean' ? value : true;
}

const string = (nodes: Nodes): string | undefined => (nodes.length === 1 && typeof nodes[0]!.value === 'string' ? nodes[0]!.value : undefined);
const number = (nodes: Nodes): number | undefined => (nodes.length === 1 && typeof nodes[0]!.value === 'number' ? nodes[0]!.value : undefined);

const onText =
  (apply: (subject: string, ...args: readonly string[]) => Nodes): Call =>
  (subject, args, environment, focus) => {
    const self = string(subject);
    if (self === undefined) return none;
    const values: string[] = [];
    for (const arg of args) {
      const value = string(arg(focus, environment));
      if (value === undefined) return none;
      values.push(value);
    }
    return apply(self, ...values);
  };

const where: Call = (subject, [criterion], environment) => {
  if (subject.length === 0) return none;
  const out: Node[] = [];
  for (const node of subject) if (boolean(criterion!([node], environment)) === true) out.push(node);
  return out;
};

const select: Call = (subject, [projection], environment) => {
  const out: Node[] = [];
  for (const node of subject) out.push(...projection!([node], environment));
  return out;
};

function descendants(subject: Nodes): Nodes {
  const out: Node[] = [];
  let level: Nodes = subject;
  while (level.length > 0) {
    const next: Node[] = [];
    for (const node of level) pushAllChildren(node, next);
    out.push(...next);
    level = next;
  }
  return out;
}

const ofType: Call = (subject, [type], environment) => {
  const name = string(type!(none, environment))!;
  return subject.filter((node) => isOfType(node, name));
};

const union: Call = (subject, [other], environment, focus) => distinct([...subject, ...other!(focus, environment)]);

const integerPattern = /^[+-]?\d+$/;
const decimalPattern = /^[+-]?\d+(\.\d+)?$/;

/** Constraints match trusted patterns from the definitions, anchored nowhere, on text from outside that is limited in length. */
const matchedLength = 20_000;
const patterns = new Map<string, RegExp>();
function regularExpression(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    compiled = new RegExp(pattern, 's');
    if (patterns.size < 200) patterns.set(pattern, compiled);
  }
  return compiled;
}

const every =
  (wanted: boolean, all: boolean): Call =>
  (subject) =>
    truth(all ? subject.every((node) => node.value === wanted) : subject.some((node) => node.value === wanted));

export const functions: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['exists', (subject, args, environment, focus) => truth((args.length ? where(subject, args, environment, focus) : subject).length > 0)],
  ['empty', (subject) => truth(subject.length === 0)],
  ['not', (subject) => (subject.length === 0 ? none : truth(!boolean(subject)))],
  ['count', (subject) => integer(subject.length)],
  ['where', where],
  ['select', select],
  ['all', (subject, [criterion], environment) => truth(subject.every((node) => boolean(criterion!([node], environment)) === true))],
  ['allTrue', every(true, true)],
  ['allFalse', every(false, true)],
  ['anyTrue', every(true, false)],
  ['anyFalse', every(false, false)],
  ['distinct', (subject) => distinct(subject)],
  ['isDistinct', (subject) => truth(distinct(subject).length === subject.length)],
  ['hasValue', (subject) => truth(subject.length === 1 && subject[0]!.value !== undefined && typeof subject[0]!.value !== 'object')],
  [
    'children',
    (subject) => {
      const out: Node[] = [];
      for (const node of subject) pushAllChildren(node, out);
      return out;
    },
  ],
  ['descendants', (subject) => descendants(subject)],
  [
    'repeat',
    (subject, [projection], environment) => {
      let seen: Nodes = none;
      let level: Nodes = subject;
      while (level.length > 0) {
        const next = among(distinct(level.flatMap((node) => projection!([node], environment))), seen, false);
        seen = [...seen, ...next];
        level = next;
      }
      return seen;
    },
  ],
  ['trace', (subject) => subject],
  ['first', (subject) => (subject.length > 1 ? [subject[0]!] : subject)],
  ['last', (subject) => (subject.length > 1 ? [subject.at(-1)!] : subject)],
  ['tail', (subject) => subject.slice(1)],
  ['single', (subject) => (subject.length > 1 ? none : subject)],
  ['skip', (subject, [count], environment, focus) => subject.slice(Math.max(0, number(count!(focus, environment)) ?? 0))],
  ['take', (subject, [count], environment, focus) => subject.slice(0, Math.max(0, number(count!(focus, environment)) ?? 0))],
  ['ofType', ofType],
  ['as', ofType],
  ['is', (subject, [type], environment) => (subject.length === 0 ? none : truth(isOfType(subject[0]!, string(type!(none, environment))!)))],
  [
    'intersect',
    (subject, [other], environment, focus) => {
      if (subject.length === 0) return none;
      return distinct(among(subject, other!(focus, environment), true));
    },
  ],
  ['exclude', (subject, [other], environment, focus) => among(subject, other!(focus, environment), false)],
  ['union', union],
  ['combine', (subject, [other], environment, focus) => [...subject, ...other!(focus, environment)]],
  ['subsetOf', (subject, [other], environment, focus) => truth(among(subject, other!(focus, environment), false).length === 0)],
  ['supersetOf', (subject, [other], environment, focus) => truth(among(other!(focus, environment), subject, false).length === 0)],
  [
    'iif',
    (subject, [criterion, then, otherwise], environment) =>
      boolean(criterion!(subject, environment)) === true ? then!(subject, environment) : otherwise ? otherwise(subject, environment) : none,
  ],
  [
    'resolve',
    (subject, _, environment) => {
      const out: Node[] = [];
      for (const node of subject) {
        const found = environment.resolve?.(node);
        if (found) out.push(found);
      }
      return out;
    },
  ],
  [
    'extension',
    (subject, [url], environment, focus) => {
      const wanted = string(url!(focus, environment));
      const out: Node[] = [];
      for (const node of subject) pushChildren(node, 'extension', out);
      return out.filter((node) => (node.value as Record<string, unknown> | undefined)?.['url'] === wanted);
    },
  ],
  ['startsWith', onText((self, prefix) => truth(self.startsWith(prefix!)))],
  ['endsWith', onText((self, suffix) => truth(self.endsWith(suffix!)))],
  ['contains', onText((self, part) => truth(self.includes(part!)))],
  ['indexOf', onText((self, part) => integer(self.indexOf(part!)))],
  ['matches', onText((self, pattern) => truth(regularExpression(pattern!).test(self.slice(0, matchedLength))))],
  ['replace', onText((self, from, to) => text(self.replaceAll(from!, to!)))],
  ['replaceMatches', onText((self, pattern, to) => text(self.slice(0, matchedLength).replace(new RegExp(pattern!, 'gs'), to!)))],
  ['length', onText((self) => integer(self.length))],
  ['upper', onText((self) => text(self.toUpperCase()))],
  ['lower', onText((self) => text(self.toLowerCase()))],
  [
    'substring',
    (subject, [start, length], environment, focus) => {
      const self = string(subject);
      const from = number(start!(focus, environment));
      if (self === undefined || from === undefined || from < 0 || from >= self.length) return none;
      return text(self.slice(from, length ? from + (number(length(focus, environment)) ?? 0) : undefined));
    },
  ],
  [
    'toInteger',
    (subject) => {
      const value = subject[0]?.value;
      if (typeof value === 'number' && Number.isInteger(value)) return integer(value);
      if (typeof value === 'boolean') return integer(value ? 1 : 0);
      return typeof value === 'string' && integerPattern.test(value) ? integer(Number(value)) : none;
    },
  ],
  [
    'toDecimal',
    (subject) => {
      const value = subject[0]?.value;
      if (typeof value === 'number') return [new Node(value, 'System.Decimal')];
      return typeof value === 'string' && decimalPattern.test(value) ? [new Node(Number(value), 'System.Decimal')] : none;
    },
  ],
  [
    'toString',
    (subject) => {
      const value = subject[0]?.value;
      return value === undefined || typeof value === 'object' ? none : text(String(value));
    },
  ],
]);
