import type { Ast } from './ast.ts';
import { tokenize, type Token } from './lexer.ts';

/** Binary operators by precedence, loosest first (FHIRPath 2.0 §6.8); `is` and `as` bind between `|` and comparison. */
const levels: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '!=', '~', '!~'],
  ['<=', '<', '>', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod'],
];

class Parser {
  private position = 0;
  private readonly tokens: readonly Token[];
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  parse(): Ast {
    const ast = this.level(0);
    if (this.peek.kind !== 'end') this.refuse();
    return ast;
  }

  private get peek(): Token {
    return this.tokens[this.position]!;
  }

  private refuse(): never {
    throw new SyntaxError(`FHIRPath: unexpected \`${this.peek.text}\` at ${this.peek.at} of \`${this.source}\``);
  }

  private take(symbol: string): boolean {
    const token = this.peek;
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.position++;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) this.refuse();
  }

  private level(index: number): Ast {
    const operators = levels[index];
    if (!operators) return this.unary();
    let left = this.level(index + 1);
    for (;;) {
      const { kind, text } = this.peek;
      if ((kind !== 'symbol' && kind !== 'name') || !operators.includes(text)) return left;
      this.position++;
      if (text === 'is' || text === 'as') left = { kind: 'type', operator: text, operand: left, type: this.typeName() };
      else left = { kind: 'binary', operator: text, left, right: this.level(index + 1) };
    }
  }

  private unary(): Ast {
    if (this.take('-')) return { kind: 'unary', operator: '-', operand: this.unary() };
    if (this.take('+')) return { kind: 'unary', operator: '+', operand: this.unary() };
    return this.path();
  }

  private path(): Ast {
    let ast = this.primary();
    for (;;) {
      if (this.take('.')) ast = this.invocation(ast);
      else if (this.take('[')) {
        ast = { kind: 'item', of: ast, at: this.level(0) };
        this.expect(']');
      } else return ast;
    }
  }

  private primary(): Ast {
    const token = this.peek;
    if (this.take('(')) {
      const ast = this.level(0);
      this.expect(')');
      return ast;
    }
    if (this.take('{')) {
      this.expect('}');
      return { kind: 'empty' };
    }
    switch (token.kind) {
      case 'string':
        this.position++;
        return { kind: 'literal', value: token.text, type: 'System.String' };
      case 'number':
        this.position++;
        return { kind: 'literal', value: Number(token.text), type: token.text.includes('.') ? 'System.Decimal' : 'System.Integer' };
      case 'date':
        this.position++;
        return {
          kind: 'literal',
          value: token.text.replace(/T$/, ''),
          type: token.text.startsWith('T') ? 'System.Time' : token.text.includes('T') ? 'System.DateTime' : 'System.Date',
        };
      case 'variable':
        this.position++;
        return { kind: 'variable', name: token.text };
      case 'special':
        this.position++;
        if (token.text === '$total') return this.refuse();
        return token.text === '$this' ? { kind: 'this' } : { kind: 'index' };
      default:
        return this.invocation(undefined);
    }
  }

  private invocation(of: Ast | undefined): Ast {
    const token = this.peek;
    if (token.kind === 'special' && token.text === '$this' && of) {
      this.position++;
      return of;
    }
    if (token.kind !== 'name') return this.refuse();
    this.position++;
    if (!this.take('(')) {
      if (!of && (token.text === 'true' || token.text === 'false')) return { kind: 'literal', value: token.text === 'true', type: 'System.Boolean' };
      return { kind: 'member', of, name: token.text };
    }
    const args: Ast[] = [];
    if (!this.take(')')) {
      do args.push(['ofType', 'as', 'is'].includes(token.text) ? { kind: 'literal', value: this.typeName(), type: 'System.String' } : this.level(0));
      while (this.take(','));
      this.expect(')');
    }
    return { kind: 'call', of, name: token.text, args };
  }

  /** A type specifier: `Patient`, `FHIR.Patient`, `System.String`. */
  private typeName(): string {
    const first = this.peek;
    if (first.kind !== 'name') this.refuse();
    this.position++;
    if (!this.take('.')) return first.text;
    const second = this.peek;
    if (second.kind !== 'name') this.refuse();
    this.position++;
    return first.text === 'FHIR' ? second.text : `${first.text}.${second.text}`;
  }
}

/** Throws a `SyntaxError` for text that is not in the subset. */
export const parseFhirPath = (source: string): Ast => new Parser(source).parse();
