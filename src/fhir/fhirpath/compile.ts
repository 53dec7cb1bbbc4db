/** Compiles the FHIRPath subset to closures. What is not in the subset is refused when compiled, never when evaluated. */
import type { Ast } from './ast.ts';
import { compare, distinct, equalCollections, equivalent, includes } from './compare.ts';
import { boolean, functions, type Compiled } from './functions.ts';
import { integer, isOfType, Node, none, pushChildren, text, truth, type Nodes } from './node.ts';
import { parseFhirPath } from './parser.ts';
import { definitions } from '../definitions/definitions.ts';

const urls: Readonly<Record<string, string>> = { ucum: 'http://unitsofmeasure.org', sct: 'http://snomed.info/sct', loinc: 'http://loinc.org' };

export class UnsupportedFhirPath extends Error {}

function children(nodes: Nodes, name: string): Nodes {
  if (nodes.length === 0) return none;
  const out: Node[] = [];
  for (const node of nodes) pushChildren(node, name, out);
  return out.length === 0 ? none : out;
}

function member(of: Compiled | undefined, name: string): Compiled {
  if (of) return (focus, environment) => children(of(focus, environment), name);
  // A path may begin with the type of its context: `Patient.name`.
  if (definitions.isResourceType(name) || name === 'Resource' || name === 'DomainResource')
    return (focus) => focus.filter((node) => isOfType(node, name));
  return (focus) => children(focus, name);
}

function variable(name: string): Compiled {
  if (name === 'resource') return (_, environment) => [environment.resource];
  if (name === 'rootResource') return (_, environment) => [environment.root];
  if (name === 'context') return (_, environment) => [environment.context];
  const url = urls[name];
  if (url === undefined) throw new UnsupportedFhirPath(`the variable %${name}`);
  const value = text(url);
  return () => value;
}

const addition = (left: Node, right: Node): Nodes => {
  if (typeof left.value === 'number' && typeof right.value === 'number') return [new Node(left.value + right.value, left.type)];
  return typeof left.value === 'string' && typeof right.value === 'string' ? text(left.value + right.value) : none;
};

function arithmetic(operator: string, left: number, right: number): Nodes {
  switch (operator) {
    case '-':
      return [new Node(left - right, 'System.Decimal')];
    case '*':
      return [new Node(left * right, 'System.Decimal')];
    case '/':
      return right === 0 ? none : [new Node(left / right, 'System.Decimal')];
    case 'div':
      return right === 0 ? none : integer(Math.trunc(left / right));
    default:
      return right === 0 ? none : integer(left % right);
  }
}

function logic(operator: string, left: Compiled, right: Compiled): Compiled {
  return (focus, environment) => {
    const a = boolean(left(focus, environment));
    if (operator === 'and' && a === false) return truth(false);
    if (operator === 'or' && a === true) return truth(true);
    if (operator === 'implies' && a === false) return truth(true);
    const b = boolean(right(focus, environment));
    switch (operator) {
      case 'and':
        return truth(b === false ? false : a === true && b === true ? true : undefined);
      case 'or':
        return truth(b === true ? true : a === false && b === false ? false : undefined);
      case 'xor':
        return truth(a === undefined || b === undefined ? undefined : a !== b);
      default:
        return truth(b === true ? true : a === true ? b : undefined);
    }
  };
}

function binary(operator: string, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
      return logic(operator, left, right);
    case '|':
      return (focus, environment) => {
        const [a, b] = [left(focus, environment), right(focus, environment)];
        return b.length === 0 ? distinct(a) : a.length === 0 ? distinct(b) : distinct([...a, ...b]);
      };
    case '=':
      return (focus, environment) => truth(equalCollections(left(focus, environment), right(focus, environment)));
    case '!=':
      return (focus, environment) => {
        const same = equalCollections(left(focus, environment), right(focus, environment));
        return truth(same === undefined ? undefined : !same);
      };
    case '~':
      return (focus, environment) => truth(equivalent(left(focus, environment), right(focus, environment)));
    case '!~':
      return (focus, environment) => truth(!equivalent(left(focus, environment), right(focus, environment)));
    case 'in':
    case 'contains': {
      const [item, collection] = operator === 'in' ? [left, right] : [right, left];
      return (focus, environment) => {
        const one = item(focus, environment);
        return one.length === 0 ? none : truth(includes(collection(focus, environment), one[0]!));
      };
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (focus, environment) => {
        const [a] = left(focus, environment);
        const [b] = right(focus, environment);
        const order = a && b && compare(a, b);
        if (order === undefined) return none;
        return truth(operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0);
      };
    case '&':
      return (focus, environment) => text(`${asText(left(focus, environment))}${asText(right(focus, environment))}`);
    case '+':
      return (focus, environment) => {
        const [a] = left(focus, environment);
        const [b] = right(focus, environment);
        return a && b ? addition(a, b) : none;
      };
    default:
      return (focus, environment) => {
        const a = left(focus, environment)[0]?.value;
        const b = right(focus, environment)[0]?.value;
        return typeof a === 'number' && typeof b === 'number' ? arithmetic(operator, a, b) : none;
      };
  }
}

const asText = (nodes: Nodes): string => (nodes.length === 0 || typeof nodes[0]!.value === 'object' ? '' : String(nodes[0]!.value));

function compileAst(ast: Ast): Compiled {
  switch (ast.kind) {
    case 'literal': {
      const value = [new Node(ast.value, ast.type)];
      return () => value;
    }
    case 'empty':
      return () => none;
    case 'this':
      return (focus) => focus;
    case 'index':
      throw new UnsupportedFhirPath('$index');
    case 'variable':
      return variable(ast.name);
    case 'member':
      return member(ast.of && compileAst(ast.of), ast.name);
    case 'call': {
      const call = functions.get(ast.name);
      if (!call) throw new UnsupportedFhirPath(`the function ${ast.name}()`);
      const of = ast.of && compileAst(ast.of);
      const args = ast.args.map(compileAst);
      return of
        ? (focus, environment) => call(of(focus, environment), args, environment, focus)
        : (focus, environment) => call(focus, args, environment, focus);
    }
    case 'item': {
      const [of, at] = [compileAst(ast.of), compileAst(ast.at)];
      return (focus, environment) => {
        const index = at(focus, environment)[0]?.value;
        const item = typeof index === 'number' ? of(focus, environment)[index] : undefined;
        return item ? [item] : none;
      };
    }
    case 'unary': {
      const operand = compileAst(ast.operand);
      if (ast.operator === '+') return operand;
      return (focus, environment) => operand(focus, environment).map((node) => new Node(-Number(node.value), node.type));
    }
    case 'binary':
      return binary(ast.operator, compileAst(ast.left), compileAst(ast.right));
    case 'type': {
      const operand = compileAst(ast.operand);
      const { type } = ast;
      if (ast.operator === 'as') return (focus, environment) => operand(focus, environment).filter((node) => isOfType(node, type));
      return (focus, environment) => {
        const [node] = operand(focus, environment);
        return node ? truth(isOfType(node, type)) : none;
      };
    }
  }
}

/** Throws `SyntaxError` or `UnsupportedFhirPath`; meant for expressions from definitions, not from users. */
export const compileFhirPath = (source: string): Compiled => compileAst(parseFhirPath(source));
