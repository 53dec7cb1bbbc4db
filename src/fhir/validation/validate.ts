/**
 * Validation against base FHIR R4: structure, cardinality, formats, required bindings, references, narrative and every constraint of
 * severity error. Profiles, terminology and the existence of what is referred to are not looked at here.
 */
import { definitions } from '../definitions/definitions.ts';
import type { Element } from '../definitions/shape.ts';
import type { Environment } from '../fhirpath/functions.ts';
import { Node } from '../fhirpath/node.ts';
import { exactText } from '../json/exact.ts';
import { checkBinding } from './bindings.ts';
import type { Constraint } from './constraints.ts';
import type { Issue } from './issue.ts';
import { LocalReferences } from './local-references.ts';
import { planOf, type Field, type Plan } from './plan.ts';
import { furtherRules } from './further-rules.ts';
import { kindOf } from './primitives.ts';
import { checkReference } from './references.ts';
import { checkNarrative } from './xhtml.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const quoted = (name: string): string => `\`${name.slice(0, 80)}\``;

/** Findings after which the validator stops: the rest would help nobody. */
const maxIssues = 100;

class Validation {
  readonly issues: Issue[] = [];
  /** Names and indexes from the root down. */
  private readonly path: (string | number)[] = [];
  private environment: Environment;
  private local: LocalReferences;

  constructor(root: JsonObject, type: string) {
    const node = new Node(root, type);
    this.environment = { resource: node, root: node, context: node };
    this.local = new LocalReferences(root);
  }

  root(value: JsonObject, type: string): void {
    this.path.push(type);
    this.resource(value, planOf(type)!, true);
  }

  private add(code: Issue['code'], message: string, below = '', constraint?: string, severity: Issue['severity'] = 'error'): void {
    if (this.issues.length >= maxIssues) return;
    let path = '';
    for (const part of this.path) path += typeof part === 'number' ? `[${part}]` : path === '' ? part : `.${part}`;
    this.issues.push({
      severity,
      code,
      path: below === '' ? path : `${path}.${below}`,
      message,
      ...(constraint === undefined ? {} : { constraint }),
    });
  }

  private resource(value: JsonObject, plan: Plan, outermost: boolean): void {
    this.object(value, plan, plan.shape.name, undefined, 0);
    if (outermost)
      for (const id of this.local.unreferenced())
        this.add('invariant', `The contained resource ${quoted(id)} is not referred to from anywhere in the resource (dom-3).`, 'contained', 'dom-3');
  }

  /** A resource inside a resource: contained ones share the container's local references, entries of bundles stand alone. */
  private inner(value: unknown, field: Field): void {
    if (!isObject(value)) return this.add('structure', `must be a resource, not ${kindOf(value)}.`);
    const type = value['resourceType'];
    if (typeof type !== 'string' || !definitions.isResourceType(type))
      return this.add('structure', typeof type === 'string' ? `${quoted(type)} is not an R4 resource type.` : 'has no `resourceType`.');
    const { environment, local } = this;
    const node = new Node(value, type);
    const contained = field.element.name === 'contained';
    this.environment = { resource: node, root: contained ? environment.root : node, context: node };
    if (contained) local.enter(value);
    else this.local = new LocalReferences(value);
    this.resource(value, planOf(type)!, !contained);
    if (contained) local.leave();
    this.environment = environment;
    this.local = local;
  }

  /** The properties of one object; `field` is undefined for a whole resource. */
  private object(value: JsonObject, plan: Plan, type: string, field: Field | undefined, depth: number): void {
    let choices: Element[] | undefined;
    let children = 0;
    for (const name in value) {
      if (name === 'resourceType' && plan.shape.resource) continue;
      const one = plan.fields.get(name);
      if (!one) {
        this.add('structure', `${quoted(name)} is not an element of ${type}.`, name.slice(0, 80));
        continue;
      }
      if (name !== 'id') children++;
      if (one.kind === 'extra' && value[one.sibling] !== undefined) continue;
      const { element } = one;
      if (element.choice) {
        if (choices?.includes(element)) this.add('structure', `holds more than one type of ${quoted(`${element.name}[x]`)}.`);
        (choices ??= []).push(element);
      }
      this.path.push(element.name);
      this.property(value, name, one, depth);
      this.path.pop();
    }
    if (children === 0 && !plan.shape.resource) this.add('structure', 'is empty: an element has a value or children (ele-1).', '', 'ele-1');
    for (const [element, names] of plan.required) {
      if (!names.some((name) => value[name] !== undefined)) this.add('required', `${quoted(element.name)} is missing from ${type}.`);
    }
    if (plan.constraints.length > 0) this.constraints(plan.constraints, value, type, undefined);
    const further = furtherRules.get(type);
    if (further) {
      const broken = further(value);
      if (broken) this.add(broken.code, broken.message, broken.element);
    }
    if (field && field.constraints.length > 0) this.constraints(field.constraints, value, type, undefined);
  }

  private property(holder: JsonObject, name: string, field: Field, depth: number): void {
    const primitive = field.kind === 'primitive' || field.kind === 'extra';
    const value = field.kind === 'extra' ? undefined : holder[name];
    const extra = primitive ? holder[field.kind === 'extra' ? name : field.sibling] : undefined;
    if (!field.many) {
      if (Array.isArray(value) || Array.isArray(extra)) return this.add('structure', 'must not be an array: the element occurs once.');
      if (value === null) return this.add('structure', 'must not be null.');
      return primitive ? this.primitive(value, extra, field, exactText(holder, name), depth) : this.complex(value, field, depth);
    }
    if (value !== undefined && !Array.isArray(value)) return this.add('structure', `must be an array, not ${kindOf(value)}.`);
    if (extra !== undefined && !Array.isArray(extra)) return this.add('structure', `must be an array in \`_${field.element.name}\` too.`);
    const values = (value ?? []) as readonly unknown[];
    const extras = (extra ?? []) as readonly unknown[];
    const length = Math.max(values.length, extras.length);
    if (length === 0) return this.add('structure', 'must not be an empty array.');
    if (length > field.element.max) this.add('structure', `occurs ${length} times, at most ${field.element.max} are allowed.`);
    for (let i = 0; i < length; i++) {
      this.path.push(i);
      if (!primitive) this.complex(values[i], field, depth);
      else if ((values[i] ?? undefined) === undefined && (extras[i] ?? undefined) === undefined)
        this.add('structure', 'has neither value nor extension.');
      else this.primitive(values[i] ?? undefined, extras[i] ?? undefined, field, undefined, depth);
      this.path.pop();
    }
  }

  private primitive(value: unknown, extra: unknown, field: Field, digits: string | undefined, depth: number): void {
    if (value !== undefined) {
      const problem =
        field.check!(value) ?? (field.integer && digits !== undefined && !/^-?\d+$/.test(digits) ? 'is not written as a whole number' : undefined);
      if (problem) this.add('value', `${typeof value === 'string' ? `${quoted(value)} ` : ''}${problem}.`);
      else if (field.element.binding >= 0) this.binding(field, value);
      if (typeof value === 'string' && value.startsWith('#') && (field.type === 'uri' || field.type === 'url' || field.type === 'canonical'))
        this.local.refer(value);
    }
    if (extra !== undefined) {
      if (!isObject(extra)) return this.add('structure', `\`_${field.element.name}\` must be an object, not ${kindOf(extra)}.`);
      if (value === undefined && extra['extension'] === undefined) this.add('structure', 'has neither value nor extension.');
      this.object(extra, planOf('Element')!, field.type, undefined, depth + 1);
    }
    if (field.constraints.length > 0) this.constraints(field.constraints, value, field.type, extra);
  }

  private complex(value: unknown, field: Field, depth: number): void {
    if (field.kind === 'resource') return this.inner(value, field);
    if (field.kind === 'narrative') return this.narrative(value);
    if (!isObject(value)) return this.add('structure', `must be an object, not ${kindOf(value)}.`);
    this.object(value, planOf(field.type)!, field.type, field, depth + 1);
    if (field.kind === 'reference') {
      const problem = checkReference(value, field.element.targets, this.local.contained);
      if (problem) this.add(problem.startsWith('refers') ? 'not-found' : 'value', `${problem}.`, 'reference');
      if (typeof value['reference'] === 'string' && value['reference'].startsWith('#')) this.local.refer(value['reference']);
    } else if (field.kind === 'extension') this.extension(value);
    else if (field.element.binding >= 0) this.binding(field, value);
  }

  private narrative(value: unknown): void {
    const problem =
      typeof value === 'string' ? checkNarrative(value) : ({ severity: 'error', message: `must be a JSON string, not ${kindOf(value)}` } as const);
    if (problem) this.add('invariant', `The narrative ${problem.message} (txt-1, txt-2).`, '', 'txt-1', problem.severity);
  }

  private extension(value: JsonObject): void {
    const { url } = value;
    let values = 0;
    for (const name in value) if (name.startsWith('value') || name.startsWith('_value')) values++;
    const [hasValue, hasExtensions] = [values > 0, value['extension'] !== undefined];
    if (hasValue === hasExtensions) this.add('invariant', 'An extension has either a value or extensions of its own, not both (ext-1).', '', 'ext-1');
    if (typeof url === 'string' && (/\s/.test(url) || url === '')) this.add('value', 'is not a URL.', 'url');
  }

  private binding(field: Field, value: unknown): void {
    const problem = checkBinding(field.element.binding, field.type, value);
    if (problem) this.add('code-invalid', `${problem}.`);
  }

  private constraints(list: readonly Constraint[], value: unknown, type: string, extra: unknown): void {
    const focus = [new Node(value, type, extra)];
    for (const { key, human, holds } of list) {
      const [result] = holds(focus, this.environment);
      // Empty: the expression cannot tell (dates of different precision, units that do not compare).
      if (result?.value === false) this.add('invariant', `${human.replace(/\.?$/, '')} (${key}).`, '', key);
    }
  }
}

/**
 * Issues of a parsed resource (see `parseJson`: digits of numbers are looked at where they matter); none: it is valid base R4. `type`:
 * what the resource should be.
 */
export function validateResource(resource: unknown, type?: string): readonly Issue[] {
  const structure = (message: string): readonly Issue[] => [{ severity: 'error', code: 'structure', path: type ?? 'Resource', message }];
  if (!isObject(resource)) return structure(`A resource is a JSON object, not ${kindOf(resource)}.`);
  const stated = resource['resourceType'];
  if (typeof stated !== 'string') return structure('The resource has no `resourceType`.');
  if (!definitions.isResourceType(stated)) return structure(`${quoted(stated)} is not an R4 resource type.`);
  if (type !== undefined && type !== stated) return structure(`The resource is a ${stated}, not a ${quoted(type)}.`);
  const validation = new Validation(resource, stated);
  validation.root(resource, stated);
  return validation.issues;
}
