import type { CompactElement, CompactShape } from '../../src/fhir/definitions/model.ts';
import type { Ast } from '../../src/fhir/fhirpath/ast.ts';
import { parseFhirPath } from '../../src/fhir/fhirpath/parser.ts';

interface Found {
  readonly types: readonly string[];
  readonly single: boolean;
  readonly required: boolean;
  /** Required bindings of the last step. */
  readonly bindings: readonly number[];
}

/** The element of which an expression takes one type. */
const choiceOf = (ast: Ast): string | undefined =>
  ast.kind === 'type' && ast.operator === 'as'
    ? JSON.stringify(ast.operand)
    : ast.kind === 'binary' && ast.operator === '|'
      ? choiceOf(ast.left)
      : undefined;

const upper = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

/** What an expression leads to, read from the definitions alone: element types, whether at most one, whether always there. */
export function staticTypes(path: string, type: string, shapes: Readonly<Record<string, CompactShape>>): Found {
  const element = (shape: string | undefined, name: string): { at: string; element: CompactElement } | undefined => {
    for (let at = shape; at; at = shapes[at]?.b) {
      const found = shapes[at]?.e.find((one) => one[0] === name || one[0] === `${name}[x]`);
      if (found) return { at, element: found };
    }
    return undefined;
  };

  const member = (of: Found, name: string): Found => {
    const types = new Set<string>();
    const bindings = new Set<number>();
    let single = of.single;
    let required = of.required;
    for (const one of of.types) {
      const found = element(one, name);
      if (!found) {
        required = false;
        continue;
      }
      const [, min, max, codes, binding] = found.element;
      bindings.add(binding);
      if (max !== 1) single = false;
      if (min === 0) required = false;
      for (const code of codes === '' ? [`${found.at}.${name}`] : codes.split('|')) types.add(code.startsWith('#') ? code.slice(1) : code);
    }
    return { types: [...types], single, required, bindings: [...bindings] };
  };

  const narrow = (of: Found, to: string): Found => {
    const types = of.types.filter((one) => one === to || upper(one) === upper(to));
    return { types, single: of.single, required: of.required && types.length === of.types.length, bindings: of.bindings };
  };

  const self: Found = { types: [type], single: true, required: true, bindings: [] };
  const flag: Found = { types: ['boolean'], single: true, required: true, bindings: [] };
  const walk = (ast: Ast): Found => {
    switch (ast.kind) {
      case 'member':
        if (!ast.of) return ast.name === type || ast.name === 'Resource' || ast.name === 'DomainResource' ? self : member(self, ast.name);
        return member(walk(ast.of), ast.name);
      case 'type':
        return ast.operator === 'as' ? narrow(walk(ast.operand), ast.type) : flag;
      case 'item':
        return { ...walk(ast.of), single: true, required: false };
      case 'call': {
        if (ast.name === 'where') return { ...walk(ast.of!), required: false };
        if (ast.name === 'as' || ast.name === 'ofType') return narrow(walk(ast.of!), String((ast.args[0] as { value: string }).value));
        if (ast.name === 'exists') return flag;
        return { types: [], single: false, required: false, bindings: [] };
      }
      case 'binary': {
        if (ast.operator !== '|') return flag;
        const [left, right] = [walk(ast.left), walk(ast.right)];
        // `(X as A) | (X as B)`: two types of one choice exclude each other.
        const oneChoice = left.single && right.single && choiceOf(ast.left) !== undefined && choiceOf(ast.left) === choiceOf(ast.right);
        return {
          types: [...new Set([...left.types, ...right.types])],
          single: oneChoice,
          required: left.required || right.required,
          bindings: [...new Set([...left.bindings, ...right.bindings])],
        };
      }
      default:
        return { types: [], single: false, required: false, bindings: [] };
    }
  };
  return walk(parseFhirPath(path));
}
