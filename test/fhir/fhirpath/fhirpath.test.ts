import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { describe, expect, test } from 'vitest';
import { definitions } from '../../../src/fhir/definitions/definitions.ts';
import { searchParams } from '../../../src/fhir/definitions/search-params.ts';
import { compileFhirPath } from '../../../src/fhir/fhirpath/compile.ts';
import { resourceNode } from '../../../src/fhir/fhirpath/node.ts';
import { examplesFile, isInstance, resourcesIn } from '../support/resources.ts';

function evaluate(expression: string, resource: Readonly<Record<string, unknown>>): unknown[] {
  const root = resourceNode(resource);
  return compileFhirPath(expression)([root], { resource: root, root, context: root }).map((node) => node.value);
}

describe('FHIRPath', () => {
  const patient = {
    resourceType: 'Patient',
    active: true,
    name: [{ given: ['A', 'B'], family: 'C' }, { given: ['D'] }],
    birthDate: '1980-02-03',
    _birthDate: { extension: [{ url: 'x', valueString: 'y' }] },
    multipleBirthInteger: 2,
  };
  test.each([
    ['Patient.name.given', ['A', 'B', 'D']],
    ['name.given.first()', ['A']],
    ['name[1].given', ['D']],
    ["name.where(family = 'C').given.count()", [2]],
    ['Observation.code', []],
    ['multipleBirth is integer', [true]],
    ['(multipleBirth as integer) > 1', [true]],
    ['multipleBirth.as(boolean)', []],
    ['birthDate.extension.value', ['y']],
    ["birthDate.extension('x').exists()", [true]],
    ['birthDate > @1980-02-02', [true]],
    ['birthDate > @1980', []],
    ["name.given contains 'B'", [true]],
    ["'B' in name.given", [true]],
    ['name.exists() and birthDate.empty().not()', [true]],
    ['{} and false', [false]],
    ['{} or true', [true]],
    ['{} implies true', [true]],
    ['true xor {}', []],
    ['name.given | name.given', ['A', 'B', 'D']],
    ['name.given.isDistinct()', [true]],
    ["'a' & {} & 'b'", ['ab']],
    ['2 + 3 * 4', [14]],
    ['7 div 2', [3]],
    ["'abc'.substring(1, 1)", ['b']],
    ["'abc'.matches('^[a-c]+$')", [true]],
    ["iif(active, 'yes', 'no')", ['yes']],
    ['name.all(given.exists())', [true]],
    ['name.select(given.first())', ['A', 'D']],
    ['children().count()', [5]],
    ['name.family.combine(name.given).count()', [4]],
    ['-multipleBirth', [-2]],
    ['name.given = name.given', [true]],
    ['name.given = name.given.first()', [false]],
    ['name.given = {}', []],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, patient)).toEqual(expected);
  });

  test.each(['name.', 'name..given', "'open", 'name.given[', '1 +', '#'])('refuses %s', (expression) => {
    expect(() => compileFhirPath(expression)).toThrow(SyntaxError);
  });

  test('every constraint and search parameter of R4 compiles; what does not is known', () => {
    const unsupported = new Set<string>();
    let compiled = 0;
    const attempt = (name: string, expression: string): void => {
      try {
        compileFhirPath(expression);
        compiled++;
      } catch {
        unsupported.add(name);
      }
    };
    for (const [key, , expression] of definitions.constraints) attempt(key, expression);
    for (const type of definitions.resourceTypes)
      for (const param of searchParams(type).values()) if (param.path !== undefined) attempt(param.code, param.path);
    expect(compiled).toBeGreaterThan(2500);
    // htmlChecks() is not FHIRPath: the validator's own narrative check stands for it.
    expect([...unsupported].toSorted()).toEqual(['txt-1', 'txt-2']);
  });
});

describe.skipIf(!examplesFile)('agreement with the fhirpath library on the official examples', () => {
  /** Asked of the server, or of the library's own handling of what cannot be resolved. */
  const elsewhere = /resolve\(\)|htmlChecks|%resource|%rootResource|%context|trace\(/;

  test('constraints of the resource and search parameters', () => {
    let compared = 0;
    const different: string[] = [];
    const seen = new Map<string, number>();
    for (const { name, resource } of resourcesIn(examplesFile!, isInstance)) {
      const type = resource.resourceType;
      const count = seen.get(type) ?? 0;
      if (count >= 2 || JSON.stringify(resource).length > 60_000) continue;
      seen.set(type, count + 1);
      const shape = definitions.shape(type)!;
      const expressions = [
        ...shape.constraints.map((index) => definitions.constraint(index)[2]),
        ...[...searchParams(type).values()].flatMap((param) => (param.type === 'composite' ? [] : (param.path ?? []))),
      ];
      for (const expression of expressions) {
        if (elsewhere.test(expression)) continue;
        const ours = evaluate(expression, resource);
        let theirs: unknown[];
        try {
          theirs = fhirpath.evaluate(resource, expression, {}, r4) as unknown[];
        } catch {
          continue;
        }
        compared++;
        const plain = (values: unknown[]): string =>
          JSON.stringify(
            values
              .filter((value) => value !== undefined)
              .map((value) => (typeof value === 'object' && value !== null && 'asStr' in value ? String(value.asStr) : value)),
          );
        if (plain(ours) !== plain(theirs)) different.push(`${name}: ${expression}\n  ${plain(ours).slice(0, 200)}\n  ${plain(theirs).slice(0, 200)}`);
      }
    }
    expect(compared).toBeGreaterThan(1500);
    expect(different).toEqual([]);
  }, 120_000);
});
